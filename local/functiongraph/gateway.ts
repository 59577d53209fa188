import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ServiceFunction } from '../../serverless/service-file.js';
import { apigEvent, targetOf } from './apig-event.js';
import { type GatewayResponse, gatewayError, gatewayResponse } from './apig-response.js';
import { matchRoute } from './apig-route.js';
import type { Clock } from './clock.js';
import { readBody } from './http-body.js';
import type { InvokeResult } from './invoke-result.js';
import { largestHttpBody } from './limits.js';
import type { Run } from './run-and-report.js';

export interface GatewaySetup {
  readonly functions: readonly ServiceFunction[];
  readonly run: Run;
  readonly clock: Clock;
  /** Name of the function whose answer is waited for as long as it takes. */
  readonly debugged?: string | undefined;
}

/**
 * API Gateway in front of the functions: routes, limits and error bodies as documented. Two things are left out on purpose:
 * TLS, and the authentication that a route asks for, because there is no account here.
 */
export async function serveRoute(
  request: IncomingMessage,
  { functions, run, clock, debugged }: GatewaySetup,
): Promise<GatewayResponse> {
  const requestId = randomUUID().replaceAll('-', '');
  const target = targetOf(request);
  const match = matchRoute(functions, request.method ?? 'GET', target.path);
  if (!match) {
    return gatewayError(
      404,
      'APIG.0101',
      'The API does not exist or has not been published in the environment.',
      requestId,
    );
  }
  const body = await readBody(request, largestHttpBody);
  if (!body) return gatewayError(413, 'APIG.0201', 'Request entity too large.', requestId);

  const event = apigEvent(request, target, match, body, requestId);
  const trigger = `APIG ${request.method} ${match.route.path}`;
  const statusOf = (result: InvokeResult) => String(gatewayResponse(result, requestId).status);
  const answered = run(match.functionName, event, trigger, { statusOf });
  const late = gatewayError(504, 'APIG.0203', 'Backend timeout.', requestId);
  return within(
    match.functionName === debugged ? Number.POSITIVE_INFINITY : match.route.timeoutMs,
    clock,
    late,
    answered.then((result) => gatewayResponse(result, requestId)),
  );
}

/** The gateway gives up after its own time limit; the function goes on and its result is lost. */
function within<T>(ms: number, clock: Clock, late: T, answered: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(ms, () => resolve(late));
    answered.then(resolve, reject).finally(callOff);
  });
}
