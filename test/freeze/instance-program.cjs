/**
 * One instance of a function, as a process: loads the built bundle named on the command line, then answers the lines on its
 * standard input until that ends. Each answer is written synchronously, so that it is out before anything else can happen.
 * Command line: file of the bundle, URL of the cloud, milliseconds that each invocation has.
 */
const { writeSync } = require('node:fs');

const [bundle, cloudUrl, remainingMs] = process.argv.slice(2);
const { handler } = require(bundle);
const clocks = globalThis.clocksOfTest ?? { stop: () => undefined, start: () => undefined };

const variables = {
  HUAWEICLOUD_REGION: 'cn-north-4',
  CES_ENDPOINT: cloudUrl,
  LOG_LEVEL: 'INFO',
  ...JSON.parse(process.env.FREEZE_VARIABLES ?? '{}'),
};
const say = (message) => writeSync(1, `${JSON.stringify(message)}\n`);
const silent = () => undefined;
let answeredAt = { monotonic: performance.now(), wall: Date.now() };

/** How long the guard can have seen no use: by the clock that saw more of it, since the last answer. */
function restedMs() {
  return Math.max(performance.now() - answeredAt.monotonic, Date.now() - answeredAt.wall);
}

/** The last line that the function logs tells how many calls it made, and what became of each. */
function contextOf(id, lines) {
  return {
    getRequestID: () => id,
    getRemainingTimeInMilliSeconds: () => Number(remainingMs),
    getUserData: (name) => variables[name],
    getProjectID: () => '0123456789abcdef0123456789abcdef',
    getSecurityAccessKey: () => 'LOCALACCESSKEY000001',
    getSecuritySecretKey: () => 'local-secret-key-0000000000000000000001',
    getSecurityToken: () => 'security-token',
    getLogger: () => ({
      debug: silent,
      info: (line) => lines.push(line),
      warn: (line) => lines.push(line),
      error: (line) => lines.push(line),
    }),
  };
}

function invoke({ id, input, thawed, stop }) {
  if (thawed) clocks.start();
  const rested = restedMs();
  const lines = [];
  const answered = (outcome) => {
    const { upstream = [], upstream_calls: calls = 0 } = JSON.parse(lines.at(-1) ?? '{}');
    const failures = upstream.flatMap(({ failure }) => failure ?? []);
    say({ answered: id, ...outcome, rested, calls, failures });
    clocks.stop();
    answeredAt = { monotonic: performance.now(), wall: Date.now() };
    // In the very turn of the event loop in which the platform gets the answer, nothing of the clean-up after it has run.
    if (stop) process.kill(process.pid, 'SIGSTOP');
  };
  handler(input, contextOf(id, lines)).then(
    (body) => answered({ body }),
    (error) => answered({ error: `${error.name}: ${error.message}` }),
  );
}

let unread = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  const lines = (unread + text).split('\n');
  unread = lines.pop();
  for (const line of lines) {
    const message = JSON.parse(line);
    if (message.awake) say({ awake: true });
    else invoke(message);
  }
});
process.stdin.on('end', () => process.exit());
say({ ready: process.version });
