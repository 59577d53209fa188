import { readFileSync } from 'node:fs';
import { tokenOfSamples } from '../events/derive-events.js';
import { readServiceFile } from '../serverless/service-file.js';
import { plainError, UsageError } from './plain-errors.js';
import { runLocal } from './run-local.js';

const usage = [
  'Usage: npm run invoke -- NAME events/FILE.json',
  'Example: npm run invoke -- list-invocations events/list-invocations.apig.json',
].join('\n');

/** `npm run invoke -- NAME events/FILE.json`: one function, once, against a fresh emulated cloud. Exits 1 where the function failed. */
async function main(): Promise<void> {
  const [name, file, ...rest] = process.argv.slice(2);
  if (!name || !file || rest.length > 0) throw new UsageError(usage);
  const event = eventFrom(file);
  // Before anything is built: that takes its time.
  const known = readServiceFile('serverless.yml').functions.map((fn) => fn.name);
  if (!known.includes(name)) {
    throw new UsageError(`There is no function ${name} in serverless.yml. There are: ${known.join(', ')}.\n${usage}`);
  }

  const run = await runLocal({
    port: 0,
    cloudPort: 0,
    pushTokens: tokenOfSamples,
    onReport: console.error,
    onLog: console.error,
  });
  try {
    const result = await run.platform.invoke(name, event, 'invoke');
    console.log(readable(result.body));
    process.exitCode = result.ok ? 0 : 1;
  } finally {
    await run.close();
  }
}

function eventFrom(file: string): Buffer {
  try {
    const bytes = readFileSync(file);
    JSON.parse(bytes.toString('utf8'));
    return bytes;
  } catch (error) {
    const reason = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'cannot be read';
    throw new UsageError(`${file} ${reason}.\n${usage}`);
  }
}

/** The payload, indented where it is JSON; an HTTP reply's own JSON body is shown as such, too. */
function readable(payload: Buffer): string {
  const text = payload.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(withParsedBody(value), null, 2);
  } catch {
    return text;
  }
}

function withParsedBody(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('statusCode' in value) || !('body' in value)) return value;
  try {
    return { ...value, body: JSON.parse(String(value.body)) as unknown };
  } catch {
    return value;
  }
}

main().catch((error) => {
  console.error(`\n${plainError(error)}\n`);
  process.exitCode = 2;
});
