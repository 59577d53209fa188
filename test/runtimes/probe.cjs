/**
 * Loads one bundle in this process, as FunctionGraph does, and calls it once. Command line: file of the bundle, file of the
 * event, URL of the cloud. Prints what was found, as JSON; throws nothing.
 */
const { readFileSync } = require('node:fs');

const [bundle, eventFile, cloudUrl] = process.argv.slice(2);
const problems = [];
const check = (holds, problem) => {
  if (!holds) problems.push(problem);
};
const print = (found) => process.stdout.write(`${JSON.stringify({ problems, ...found })}\n`, () => process.exit());

process.on('warning', (warning) => problems.push(`it made Node warn: ${warning.message}`));
process.on('unhandledRejection', (reason) => print({ problems: [`an unhandled rejection: ${reason}`] }));

const variables = {
  HUAWEICLOUD_REGION: 'cn-north-4',
  CES_ENDPOINT: cloudUrl,
  IEF_ENDPOINT: cloudUrl,
  ROMA_ENDPOINT: cloudUrl,
  ROMA_INSTANCE_ID: 'roma-local-0001',
  IOTDA_PUSH_TOKEN: 'localpushtoken',
  LOG_LEVEL: 'ERROR',
};
const context = {
  getRequestID: () => 'runtime-probe',
  getRemainingTimeInMilliSeconds: () => 10_000,
  getUserData: (name) => variables[name],
  getProjectID: () => '0123456789abcdef0123456789abcdef',
  getSecurityAccessKey: () => 'LOCALACCESSKEY000001',
  getSecuritySecretKey: () => 'local-secret-key-0000000000000000000001',
  getSecurityToken: () => 'security-token',
  getLogger: () => console,
};

async function probe() {
  const start = process.hrtime.bigint();
  const { handler, initializer } = require(bundle);
  check(handler.length === 2, `handler has ${handler.length} parameters`);
  check(initializer.length === 2, `initializer has ${initializer.length} parameters`);

  let initialised;
  await initializer(context, (error) => {
    initialised = error;
  });
  check(initialised === null, 'initializer did not call back with null');

  const result = handler(JSON.parse(readFileSync(eventFile, 'utf8')), context);
  check(result instanceof Promise, 'handler did not return a native Promise');
  check(
    Object.prototype.toString.call(result) === '[object Promise]',
    'what handler returned is not tagged as a Promise',
  );
  const answered = await result;
  // A gateway is answered with a response, a timer with the body itself.
  const { statusCode = 200, body = JSON.stringify(answered) } = answered;
  const ms = Number((process.hrtime.bigint() - start) / 1_000_000n);
  // What reads or steers runs of chains finds no database here, and has to say so.
  const lacksDatabase = statusCode === 500 && body.includes('Setting DATABASE_URL is missing.');
  check((statusCode >= 200 && statusCode < 300) || lacksDatabase, `it answered ${statusCode}: ${body}`);
  check(Object.keys(JSON.parse(body)).length > 0, 'the body of the answer is empty');
  return { statusCode, ms };
}

probe().then(print, (error) => {
  problems.push(String(error?.stack ?? error));
  print({});
});
