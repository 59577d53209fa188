import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFile } from '../build/bundle-function.mjs';

export const projectRoot = fileURLToPath(new URL('../', import.meta.url));

/**
 * Bundles a file of the project into `folder`, so that plain Node runs it without a loader.
 * @param wholeUndici false for the undici of the deployed bundles
 */
export async function bundleInto(folder: string, entry: string, wholeUndici = true): Promise<string> {
  const { code } = await bundleFile(projectRoot, entry, { wholeUndici });
  const file = join(folder, `${entry.replaceAll(/[^a-z-]/g, '_')}.cjs`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, code);
  return file;
}

/**
 * Runs a probe with `args`, nearly always files of handlers, in a fresh process and gives what it printed last, as JSON, and `answered`: the milliseconds from the
 * start of the process until then. (Its end comes later: Node 20 first finishes optimising undici's parser in the background.)
 * NODE_EXTRA_CA_CERTS and NODE_OPTIONS are left out: the first alone adds a tenth of a second to a start of Node 20.
 * For HTTPS `certificate` is the file of the one certificate to trust; that replaces Node's own list, for every contestant alike.
 */
export async function runProbe(
  probe: string,
  args: readonly string[],
  cloudUrl: string,
  home: string,
  certificate?: string,
  databaseUrl?: string,
): Promise<Record<string, number>> {
  const env = {
    PATH: process.env.PATH,
    // The official SDK writes into the home folder.
    HOME: home,
    USERPROFILE: home,
    HUAWEICLOUD_SDK_AK: 'LOCALACCESSKEY000001',
    HUAWEICLOUD_SDK_SK: 'local-secret-key-0000000000000000000001',
    HUAWEICLOUD_SDK_PROJECT_ID: '0123456789abcdef0123456789abcdef',
    HUAWEICLOUD_REGION: 'cn-north-4',
    CES_ENDPOINT: cloudUrl,
    IEF_ENDPOINT: cloudUrl,
    ...(certificate ? { SSL_CERT_FILE: certificate } : {}),
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
  };
  const flags = certificate ? ['--use-openssl-ca'] : [];
  const start = performance.now();
  const child = spawn(process.execPath, [...flags, probe, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  let answered = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk;
    answered = performance.now() - start;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${probe} failed on ${args.join(' and ')}: see above.`);
  return { ...JSON.parse(printed.slice(printed.lastIndexOf('\n') + 1)), answered };
}
