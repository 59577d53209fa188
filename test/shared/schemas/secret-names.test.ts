import { describe, expect, test } from 'vitest';
import { isSecretName } from '../../../shared/schemas/secret-names.js';

describe('a field name', () => {
  test.each([
    'Authorization',
    'X-Auth-Token',
    'x-security-token',
    'X-Subject-Token',
    'password',
    'HUAWEICLOUD_IAM_PASSWORD',
    'sk',
    'HUAWEICLOUD_SDK_SK',
    'ak',
    'securityToken',
    'secretKey',
    'secret_key',
    'access-key',
    'accesskey',
    'apiKey',
    'client_secret',
    'Set-Cookie',
    'signature',
    'DB_PWD',
    'userPwd',
    'dbpassword',
    'MYSQLPASSWORD',
    'authtoken',
    'clientcredentials',
  ])('%s marks a secret', (name) => expect(isSecretName(name)).toBe(true));

  test.each(['task_id', 'asked', 'tokenring', 'monkey', 'keyword', 'key', 'instance_ids', 'make', '', '__proto__'])(
    '%j does not mark a secret',
    (name) => expect(isSecretName(name)).toBe(false),
  );
});
