const silent = () => undefined;
/** A plain object, as on the platform: every look into `process.env` costs a call into the operating system's list. */
const variables: Record<string, string | undefined> = { ...process.env };

/** What FunctionGraph hands over, as far as a handler asks for it: variables and agency, and a logger that costs nothing. */
export const functionContext = {
  getRequestID: () => '1579fa91-1d84-4614-a8a4-f385cd89b163',
  getFunctionName: () => 'list-invocations',
  getRemainingTimeInMilliSeconds: () => 30_000,
  getProjectID: () => variables.HUAWEICLOUD_SDK_PROJECT_ID,
  getUserData: (name: string) => variables[name],
  getSecurityAccessKey: () => 'TEMPORARYACCESSKEY01',
  getSecuritySecretKey: () => 'temporary-secret-key-00000000000000000001',
  getSecurityToken: () => 'temporary-security-token-'.padEnd(400, '0'),
  getToken: () => 'agency-token-'.padEnd(1600, '0'),
  getLogger: () => ({ debug: silent, info: silent, warn: silent, error: silent, setLevel: silent }),
};
