import { createRequire } from 'node:module';
import { readServiceFile } from '../../serverless/service-file.js';

export interface BuiltFunction {
  readonly handler: (event: unknown, context: unknown) => Promise<unknown>;
  readonly initializer: (context: unknown, callback: (error: unknown, data?: unknown) => void) => unknown;
}

/** Every function of serverless.yml. */
export const functionNames: readonly string[] = readServiceFile('serverless.yml').functions.map(({ name }) => name);

/** The bundle as it is deployed, loaded as FunctionGraph loads it. */
export function builtFunction(name: string): BuiltFunction {
  return createRequire(import.meta.url)(`../../dist/${name}/index.js`) as BuiltFunction;
}

/** A FunctionGraph context with an agency, and the variables of a function whose clouds all answer at `cloudUrl`. */
export function contextOf(cloudUrl: string, variables: Record<string, string> = {}) {
  const userData: Record<string, string> = {
    HUAWEICLOUD_REGION: 'cn-north-4',
    CES_ENDPOINT: cloudUrl,
    IEF_ENDPOINT: cloudUrl,
    ROMA_ENDPOINT: cloudUrl,
    ROMA_INSTANCE_ID: 'roma-local-0001',
    IOTDA_PUSH_TOKEN: 'localpushtoken',
    LOG_LEVEL: 'ERROR',
    ...variables,
  };
  const silent = () => undefined;
  return {
    getRequestID: () => 'bundle-test',
    getRemainingTimeInMilliSeconds: () => 5_000,
    getUserData: (name: string) => userData[name],
    getProjectID: () => '0123456789abcdef0123456789abcdef',
    getSecurityAccessKey: () => 'TEMPORARYACCESSKEY01',
    getSecuritySecretKey: () => 'temporary-secret-key',
    getSecurityToken: () => 'temporary-security-token',
    getToken: () => 'agency-token',
    getLogger: () => ({ debug: silent, info: silent, warn: silent, error: silent }),
  };
}
