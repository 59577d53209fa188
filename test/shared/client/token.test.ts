import { afterEach, describe, expect, it } from 'vitest';
import { fixedToken, forgetTokens } from '../../../shared/client/token.js';
import { issued, password, source } from './iam.js';
import { json, rejection, text } from './loopback.js';
import { serve } from './servers.js';

afterEach(forgetTokens);

describe('fixedToken', () => {
  it('gives the token without blanks and knows no other', async () => {
    const fixed = fixedToken(' a-token\n');

    expect(await Promise.all([fixed.current(), fixed.renew('a-token')])).toEqual(['a-token', 'a-token']);
  });
});

describe('iamTokenSource', () => {
  it('asks IAM as its page says', async () => {
    const { origin, received } = await serve(issued('token-1'));

    const token = await source(`${origin}/iam/`).current();

    expect(token).toBe('token-1');
    expect(received[0]).toMatchObject({ method: 'POST', url: '/iam/v3/auth/tokens?nocatalog=true' });
    expect(received[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'local', password, domain: { name: 'local-domain' } } },
        },
        scope: { project: { id: 'project-1' } },
      },
    });
  });

  it('names the project like the region where its id is not known', async () => {
    const { origin, received } = await serve(issued('token-1'));

    await source(origin, { projectId: undefined, region: 'cn-north-4' }).current();

    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ auth: { scope: { project: { name: 'cn-north-4' } } } });
  });

  it('sends nothing where neither project nor region is known', async () => {
    const { origin, received } = await serve(issued('token-1'));

    const error = await rejection(source(origin, { projectId: undefined }).current());

    expect(error).toMatchObject({ name: 'MissingSettingError', setting: 'HUAWEICLOUD_SDK_PROJECT_ID' });
    expect(received).toHaveLength(0);
  });

  it('takes a token of 40 kB', async () => {
    const long = 'T'.repeat(40_000);
    const { origin } = await serve(issued(long));

    expect(await source(origin).current()).toBe(long);
  });

  it('tells Keystone’s reason where IAM refuses the user', async () => {
    const body = { error: { code: 401, message: `The password ${password} is wrong.`, title: 'Unauthorized' } };
    const { origin } = await serve(json(401, body, { 'x-request-id': '', 'x-iam-trace-id': 'trace-1' }));

    const error = await rejection(source(origin).current());

    expect(error).toMatchObject({
      name: 'CloudAuthError',
      upstream: { service: 'iam', status: 401, error_msg: 'The password *** is wrong.', request_id: 'trace-1' },
    });
    expect(String(error)).not.toContain('word-marker');
  });

  it.each([
    ['without the header', json(201, { token: {} }), /without the header X-Subject-Token \(request id req-0001\)/],
    [
      'without header and request id',
      json(201, { token: {} }, { 'x-request-id': '' }),
      /without the header X-Subject-Token\. Check/,
    ],
    ['in HTML', text(200, '<html>'), /not JSON/],
  ])('refuses a reply %s; the call that needs the token was not sent', async (_, reply, message) => {
    const { origin } = await serve(reply);

    const error = await rejection(source(origin).current());

    expect(error).toMatchObject({ name: 'CloudReplyError', outcome: 'not-sent' });
    expect(String(error)).toMatch(message);
  });

  it.each([400, 404, 409, 413])('%i of IAM is not the status of the call, which was not sent', async (status) => {
    const { origin } = await serve(json(status, { error: { code: status, message: 'Could not find project.' } }));

    const error = await rejection(source(origin).current());

    expect(error).toMatchObject({
      name: 'CloudRejectedError',
      status: 502,
      outcome: 'not-sent',
      upstream: { service: 'iam', status },
    });
    expect(String(error)).toContain(
      'The call that needs the token was not sent; check IAM_ENDPOINT, the project and the settings of the user.',
    );
  });

  it('repeats its request after 503, and says in the end that nothing was sent', async () => {
    const { origin, received } = await serve(json(503, {}));

    const error = await rejection(source(origin).current());

    expect(error).toMatchObject({ name: 'CloudFailedError', outcome: 'not-sent' });
    expect(String(error)).toMatch(/The call that needs the token was not sent/);
    expect(received).toHaveLength(3);
  });

  it('reports its attempts', async () => {
    const { origin } = await serve(issued('token-1'));
    const seen: unknown[] = [];

    await source(origin, { observe: (attempt) => seen.push(attempt) }).current();

    expect(seen).toEqual([{ service: 'iam', operation: 'KeystoneCreateUserTokenByPassword', status: 201, ms: 0 }]);
  });
});
