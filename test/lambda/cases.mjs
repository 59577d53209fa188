import { isDeepStrictEqual } from 'node:util';

/** The triggers of Lambda whose samples stand in events/, and whether their answer is an HTTP response. */
export const triggers = {
  'apigateway-v1': 'http',
  'apigateway-v2': 'http',
  'function-url': 'http',
  eventbridge: 'plain',
  direct: 'plain',
};

/** Throws where it does not hold, with what was there instead. */
function expect(holds, what, found) {
  if (!holds) throw new Error(`${what}; it was ${JSON.stringify(found)?.slice(0, 300)}`);
}

/** The parts of an HTTP answer, which must be one that API Gateway takes. */
export function httpAnswer({ kind, body }) {
  expect(kind === 'response', 'expected a response', { kind, body });
  const { statusCode, headers, body: text, isBase64Encoded } = body;
  expect(Number.isInteger(statusCode), 'expected a status', body);
  expect(isBase64Encoded === false && typeof text === 'string', 'expected a text as body', body);
  expect(
    Object.values(headers).every((value) => typeof value === 'string'),
    'expected texts as headers',
    body,
  );
  return { status: statusCode, headers, json: JSON.parse(text) };
}

/** Every kind of event does the same work: the HTTP body and the plain result are the same. */
export async function everyTrigger({ instance, sample, cloud }) {
  const results = {};
  for (const [trigger, kind] of Object.entries(triggers)) {
    const calls = cloud.arrived.length;
    const outcome = await instance.invoke(sample(trigger));
    if (kind === 'http') {
      const { status, json } = httpAnswer(outcome);
      expect(status >= 200 && status < 300, `expected success for ${trigger}`, { status, json });
      results[trigger] = json;
    } else {
      expect(outcome.kind === 'response', `expected a result for ${trigger}`, outcome);
      results[trigger] = outcome.body;
    }
    results[trigger] = { ...results[trigger], calls: cloud.arrived.length - calls };
    // The receiver of pushes knows the second one for a duplicate, which the others do not.
    delete results[trigger].duplicate;
  }
  for (const [trigger, result] of Object.entries(results)) {
    expect(isDeepStrictEqual(result, results.direct), `expected ${trigger} to give what direct gives`, results);
  }
}

/** A function about runs of chains: there is no database here, and every kind of event is told so. */
export async function withoutDatabase({ instance, sample }) {
  for (const [trigger, kind] of Object.entries(triggers)) {
    const outcome = await instance.invoke(sample(trigger));
    if (kind === 'http') {
      const { status, json } = httpAnswer(outcome);
      expect(status === 500 && json.code === 'MISSING_SETTING', `expected MISSING_SETTING for ${trigger}`, json);
      expect(json.detail.includes('DATABASE_URL'), 'expected the name of the setting', json);
    } else {
      const { kind: found, body } = outcome;
      expect(found === 'error' && body.errorType === 'MissingSettingError', 'expected MissingSettingError', outcome);
    }
  }
}

/** A wrong input over HTTP is a problem document, and an error of Lambda for a plain caller. */
export async function badInput({ instance, sample, isLenient, isQuery }) {
  const event = sample('apigateway-v2');
  const broken = isQuery ? { ...event, rawQueryString: 'limit=x' } : { ...event, body: '{', isBase64Encoded: false };
  const { status, json } = httpAnswer(await instance.invoke(broken));
  const expected = isLenient ? 200 : isQuery ? 400 : 422;
  expect(status === expected, `expected status ${expected}`, { status, json });

  const plain = await instance.invoke({ nonsense: true });
  if (isLenient) {
    expect(plain.kind === 'response' && plain.body.accepted === false, 'expected a refusal', plain);
    return;
  }
  expect(plain.kind === 'error' && plain.body.errorType === 'InvalidInputError', 'expected InvalidInputError', plain);
  const traced = JSON.parse(plain.headers['lambda-runtime-function-xray-error-cause']).exceptions[0];
  expect(traced?.type === 'InvalidInputError', 'expected the type in the trace', traced);
}

/** What the cloud refuses is a 502 over HTTP, and an error that says so for a plain caller. */
export async function refusedByTheCloud({ instance, sample, cloud }) {
  cloud.script = (_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"error_code":"X.1","error_msg":"no"}');
  };
  const { status, json } = httpAnswer(await instance.invoke(sample('apigateway-v1')));
  expect(status === 502 && json.code === 'CLOUD_AUTH_REFUSED', 'expected CLOUD_AUTH_REFUSED', { status, json });

  const plain = await instance.invoke(sample('eventbridge'));
  expect(plain.kind === 'error' && plain.body.errorType === 'CloudAuthError', 'expected CloudAuthError', plain);
}

/** A cloud that keeps silent: the function answers before Lambda's deadline ends it, and says that the outcome is unknown. */
export async function silentCloud({ instance, sample, cloud }) {
  cloud.script = () => undefined;
  const start = Date.now();
  const { status, json } = httpAnswer(await instance.invoke(sample('apigateway-v2'), 3000));
  const took = Date.now() - start;
  expect(status === 504 && json.outcome === 'unknown', 'expected 504 with an unknown outcome', { status, json });
  expect(took < 3000, 'expected an answer before the deadline of 3,000 ms', took);

  const plain = await instance.invoke(sample('direct'), 3000);
  expect(plain.kind === 'error' && plain.body.errorType === 'CloudTimeoutError', 'expected CloudTimeoutError', plain);
}

/** A connection that breaks after a request arrived: it may have been done, and a POST is not sent again. */
export async function brokenConnection({ instance, sample, cloud, isQuery }) {
  cloud.arrived.length = 0;
  cloud.script = (_request, response) => response.destroy();
  const { status, json } = httpAnswer(await instance.invoke(sample('function-url')));
  expect(status === 502 && json.outcome === 'unknown', 'expected 502 with an unknown outcome', { status, json });
  expect(isQuery || cloud.arrived.length === 1, 'expected one request only', cloud.arrived.length);
}

/** A function without a route: it answers, or fails with an error of its own and not with one of the runtime client. */
export async function directCall({ instance }) {
  const { kind, body } = await instance.invoke({});
  const isOurs = kind === 'error' && /^\w+Error$/.test(body.errorType);
  expect(kind === 'response' || isOurs, 'expected an answer or an error of the function', { kind, body });
}

/** A push with a wrong signature stays outside. */
export async function wrongSignature({ instance, sample }) {
  const event = sample('apigateway-v2');
  const headers = { ...event.headers, signature: '0'.repeat(64) };
  const { status, json } = httpAnswer(await instance.invoke({ ...event, headers }));
  expect(status === 401 && json.code === 'PUSH_SIGNATURE_INVALID', 'expected 401', { status, json });
}

/** After all of that it is still the same process, which warned of nothing and gave nothing away. */
export async function quietToTheEnd({ instance, secrets }) {
  expect(instance.isAlive(), 'expected the instance to live', instance.output().slice(-300));
  expect(!/warning/i.test(instance.output()), 'expected no warning of Node', instance.output().slice(-300));
  for (const secret of secrets)
    expect(!instance.output().includes(secret), 'expected no secret in the log', 'one was there');
}
