import { describe, expect, it } from 'vitest';
import { masked } from '../../../shared/chains/mask-secrets.js';

describe('what a person sees of a run', () => {
  it.each([
    'password',
    'adminPass_pwd',
    'x-auth-token',
    'apiKey',
    'access_key',
    'Authorization',
    'cookie',
    'privateKey',
  ])('has nothing of what stands under %s', (name) => {
    expect(masked([{ outer: { [name]: 'hunter2', port: 22 } }])).toEqual([{ outer: { [name]: '***', port: 22 } }]);
  });

  it('has nothing of the value that a field beside it names as a secret, as in the variables of a container', () => {
    const env = [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'API_KEY', value: { from: 'hunter2' } },
      { name: 'MODE', value: 'fast' },
      { name: 'EMPTY_TOKEN', value: '' },
      { name: 7, value: 'kept' },
    ];

    expect(masked({ env })).toEqual({
      env: [{ name: 'DB_PASSWORD', value: '***' }, { name: 'API_KEY', value: '***' }, ...env.slice(2)],
    });
  });

  it('has everything else as it is', () => {
    const value = { list: ['a', 1, null, true], task_id: 't-1', password: '', token: null, key: 'k', monkey: 'm' };
    expect(masked(value)).toEqual(value);
  });
});
