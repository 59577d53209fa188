import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { type DeployOptions, deployService } from '../../deploy/deploy-service.js';
import { staged } from '../../deploy/stage.js';
import { targetOf } from '../../deploy/target.js';
import { readServiceFile } from '../../serverless/service-file.js';

export const handlerText =
  'exports.handler = async (event, context) => event; exports.start = (context, callback) => callback(null);';

/** A file with a route, a timer, an encrypted variable and a destination. */
export const twoFunctions = `service: small
provider: { name: huawei, region: cn-north-4 }
functions:
  first:
    handler: index.handler
    initializerHandler: index.start
    initializerTimeout: 5
    memorySize: 256
    timeout: 30
    appXrole: agency-1
    code: { codeUri: DIST/first }
    environment: { variables: { COLOUR: red, SIZE: '1' } }
    encryptedUserData: { TOKEN: '\${env:TOKEN, "secret-1"}' }
    asyncInvokeConfig:
      maxAsyncRetryAttempts: 0
      destinationConfig: { onFailure: { destination: FunctionGraph, function: second } }
    events:
      - triggerTypeCode: APIG
        eventData: { name: first_api, groupId: group-1, auth: IAM, path: /first, reqMethod: GET, matchMode: NORMAL, timeout: 30000 }
      - triggerTypeCode: TIMER
        status: DISABLED
        eventData: { name: hourly, scheduleType: Rate, schedule: 1h, userEvent: '{"all":true}' }
  second:
    handler: index.handler
    timeout: 10
    code: { codeUri: DIST/second }
`;

export interface Outcome {
  readonly lines: string[];
  readonly text: string;
  /** What deployService answered, or what it threw. */
  readonly changed: boolean | undefined;
  readonly error: Error | undefined;
}

/** A project in a folder of its own, deployed to a double. */
export interface SmallProject {
  /** Puts other code into a function's zip. */
  writeCode(name: string, files: Record<string, string>): void;
  deploy(
    edit?: (file: string) => string,
    options?: Partial<DeployOptions> & { env?: Record<string, string>; stage?: string; signal?: AbortSignal },
  ): Promise<Outcome>;
  readonly folder: string;
  remove(): void;
}

export function smallProject(endpoint: () => string): SmallProject {
  const folder = mkdtempSync(join(tmpdir(), 'small-project-'));
  const writeCode = (name: string, files: Record<string, string>) => {
    const entries = Object.entries(files).map(([file, text]) => [file, Buffer.from(text)] as const);
    writeFileSync(
      join(folder, `${name}.zip`),
      zipSync(Object.fromEntries(entries), { mtime: new Date(1980, 0, 1, 12) }),
    );
  };
  for (const name of ['first', 'second']) writeCode(name, { 'index.js': `// ${name}\n${handlerText}` });
  return {
    folder,
    writeCode,
    remove: () => rmSync(folder, { recursive: true }),
    async deploy(edit = (file) => file, { env = {}, stage, signal, ...options } = {}) {
      const lines: string[] = [];
      const outcome = (changed: boolean | undefined, error?: unknown) => ({
        lines,
        text: [...lines, error instanceof Error ? error.message : ''].join('\n'),
        changed,
        error: error instanceof Error ? error : undefined,
      });
      try {
        const path = join(folder, 'serverless.yml');
        writeFileSync(path, edit(twoFunctions).replaceAll('DIST', folder));
        const service = staged(readServiceFile(path, env), stage);
        const done = await deployService({
          service,
          target: targetOf(env, service.region, endpoint()),
          options: { dryRun: false, prune: false, adopt: false, clearSecrets: false, ...options },
          print: (line) => lines.push(line),
          command: 'npm run deploy',
          ...(signal ? { signal } : {}),
        });
        return outcome(done.length > 0);
      } catch (error) {
        return outcome(undefined, error);
      }
    },
  };
}
