import { describe, expect, it } from 'vitest';
import { secretsIn } from '../../../shared/client/body-secrets.js';

describe('secretsIn', () => {
  it('finds what is secret by its name, at any depth, as it is and as JSON writes it', () => {
    const body = {
      invocation_type: 'REMOTE_INSTALL',
      remote_install_meta: [
        { user_name: 'root', password: 'a"b' },
        { userPwd: 'c', PrivateKey: 'd', clientSecret: 'e' },
      ],
      X: { security_token: 'f' },
    };

    expect(secretsIn(body)).toEqual(['a"b', 'a\\"b', 'c', 'c', 'd', 'd', 'e', 'e', 'f', 'f']);
  });

  it.each([[undefined], [null], ['password'], [{ password: 1, token: null, passwords: ['x'] }], [[]]])(
    'finds nothing in %j',
    (body) => {
      expect(secretsIn(body)).toEqual([]);
    },
  );
});
