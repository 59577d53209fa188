import { json, type Script } from '../functions/loopback-cloud.js';

const raw =
  (status: number, text: (echo: string) => string, headers = (_echo: string): Record<string, string> => ({})) =>
  (echo: string): Script =>
  (_request, response) =>
    void response.writeHead(status, headers(echo)).end(text(echo));
const oneLine = (echo: string) => echo.replace(/[^ -~]+/g, ' ').slice(0, 6_000);

/** Ways in which a cloud can repeat a text, all of them in what functions look at. */
export const mouths: Record<string, (echo: string) => Script> = {
  '400 with code, message and id': (echo) => json(400, { error_code: echo, error_msg: echo, request_id: echo }),
  '401 of the gateway': (echo) => json(401, { error_code: 'APIGW.0301', error_msg: echo, request_id: 'r' }),
  '403 nested': (echo) => json(403, { forbidden: { code: 403, message: echo }, encoded_authorization_message: echo }),
  '404 of another shape': (echo) =>
    json(404, { code: 404, element: echo, message: echo, details: { code: echo, details: echo } }),
  '429': (echo) => json(429, { error_msg: echo }, { 'retry-after': '30' }),
  '500 in text': raw(500, (echo) => echo),
  '502 in HTML': raw(
    502,
    (echo) => `<html><body>${echo}`,
    () => ({ 'content-type': 'text/html' }),
  ),
  '200 in HTML': raw(200, (echo) => `<html>${echo}`),
  '201 that breaks off': raw(201, (echo) => `{"invocations":[{"error_msg":${JSON.stringify(echo)}`),
  '302': raw(
    302,
    (echo) => echo,
    (echo) => ({ location: `https://h/?${encodeURIComponent(echo).slice(0, 6_000)}` }),
  ),
  '400 with headers': raw(
    400,
    () => '{}',
    (echo) => ({ 'x-request-id': oneLine(echo), 'x-iam-trace-id': oneLine(echo) }),
  ),
  'failed items': (echo) =>
    json(200, {
      invocations: ['ecs-1', 'ecs-2'].map((instance_id) => ({
        instance_id,
        ret_status: 'error',
        error_code: echo,
        error_msg: echo,
      })),
      failure: ['a', 'b'].map((task_id) => ({ task_id, error_code: echo, error_msg: echo })),
      success: [],
    }),
  'a closed connection': () => (_request, response) => void response.destroy(),
};
