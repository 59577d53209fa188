// Takes one attack per line, `["function","event as JSON text"]`, and says how each ended. Whatever ends this process before the
// last of them (an unhandled rejection, a stack that overflows, too much memory) has failed the test.
const { createInterface } = require('node:readline');

const silent = () => undefined;
const context = {
  getRequestID: () => 'fuzz-child',
  getRemainingTimeInMilliSeconds: () => 2_000,
  getUserData: (name) => process.env[name],
  getProjectID: () => '0123456789abcdef0123456789abcdef',
  getSecurityAccessKey: () => 'TEMPORARYACCESSKEY01',
  getSecuritySecretKey: () => 'temporary-secret-key',
  getSecurityToken: () => 'temporary-security-token',
  getLogger: () => ({ debug: silent, info: silent, warn: silent, error: silent }),
};

async function endOf(name, text) {
  const { handler } = require(`../../dist/${name}/index.js`);
  try {
    const answer = await handler(JSON.parse(text), context);
    return answer && answer.isBase64Encoded === false ? statusOf(answer.statusCode, answer.body) : 200;
  } catch (error) {
    return statusOf(error.status ?? String(error), error.message);
  }
}

/** What reads or steers runs of chains finds no database here, and says so: that is not for the input to mend. */
function statusOf(status, told) {
  return String(told).includes('Setting DATABASE_URL is missing.') ? 200 : status;
}

(async () => {
  const ends = [];
  for await (const line of createInterface({ input: process.stdin })) ends.push(await endOf(...JSON.parse(line)));
  // After the last answer nothing may be left over that fails a moment later.
  await new Promise((resolve) => setImmediate(resolve));
  const polluted = {}.polluted !== undefined || Object.keys(Object.prototype).length > 0;
  process.stdout.write(JSON.stringify({ ends, polluted }));
})();
