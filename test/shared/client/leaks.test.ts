import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { batchCreateAgentInvocations } from '../../../shared/client/ces.js';
import type { Auth } from '../../../shared/client/create-cloud-client.js';
import { realTiming } from '../../../shared/client/timing.js';
import { fixedToken, forgetTokens, iamTokenSource } from '../../../shared/client/token.js';
import { clientFor, hangUp, json, rejection, text, writeCall } from './loopback.js';
import { serve, tcp } from './servers.js';

const secrets = {
  ak: 'MARKED-AK-0001',
  sk: 'MARKED-SK-0001/+=',
  securityToken: 'MARKED-SECURITY-TOKEN/+=='.repeat(40),
  token: 'MARKED-TOKEN-0001'.repeat(40),
  password: 'MARKED-"PASSWORD"',
};
afterEach(forgetTokens);

/** Everything that a log, a debugger or a problem document could make of an error or a client. */
function everythingOf(value: unknown): string {
  const layers: unknown[] = [];
  for (let layer = value; layer instanceof Error; layer = layer.cause) {
    layers.push(layer.message, layer.stack, JSON.stringify(layer), ...Object.getOwnPropertyNames(layer));
    layers.push(JSON.stringify(Object.fromEntries(Object.entries(layer))));
  }
  return [...layers, inspect(value, { depth: 20, showHidden: true, getters: true }), JSON.stringify(value)].join('\n');
}

/** A call that carries a secret of its own. */
const installCall = {
  ...writeCall,
  body: { remote_install_meta: [{ remote_ip: '192.0.2.1', password: secrets.password }] },
};

/** What the far side could send back of what it was sent. */
const echoed = [
  `ak:${secrets.ak},sk:${secrets.sk}`,
  `verify aksk signature fail, canonicalRequest:GET|/v1/||host:h|x-security-token:${secrets.securityToken}||host|e3b0`,
  `x-auth-token:${secrets.token}|password:${secrets.password}`,
].join(' ');

const replies = {
  'a refusal of the key': json(401, { error_code: 'APIGW.0301', error_msg: echoed, request_id: echoed }),
  'a refusal in text, cut in the middle of a secret': text(400, `${'x'.repeat(190)}${echoed}`),
  'a refusal with secrets everywhere': json(400, { code: echoed, message: echoed, details: { code: echoed } }),
  'a refusal with secrets in its request id': json(400, {}, { 'x-request-id': echoed }),
  throttling: json(429, { error_msg: echoed }),
  'a failure in HTML': text(502, `<html>${echoed}`),
  'a page instead of JSON': text(200, echoed),
  'a page with a secret across the cut': text(200, `<${'x'.repeat(70)}${echoed}`),
  'a broken packed body': text(200, echoed, { 'content-encoding': 'gzip' }),
  'a redirect': text(302, echoed, { location: `https://h/?${echoed}` }),
  'a closed connection': hangUp,
};

const signed: Auth = { mode: 'aksk', credentials: secrets };

describe.each(Object.entries(replies))('after %s', (_, reply) => {
  it.each([
    ['signed', () => signed],
    ['with a token', (): Auth => ({ mode: 'token', source: fixedToken(secrets.token) })],
  ])('no error holds a credential, %s', async (name, auth) => {
    const server = await serve(reply);

    const error = await rejection(clientFor(server.origin, { auth: auth() }).send(installCall));

    const seen = everythingOf(error);
    const sent = name === 'signed' ? [secrets.ak, secrets.sk, secrets.securityToken] : [secrets.token];
    for (const secret of sent) expect(seen).not.toContain(secret.slice(0, 14));
    expect(seen).not.toMatch(/MARKED-\W{0,2}PASSWORD/);
    expect(seen).not.toContain('MARKED-SECURITY');
  });

  it('no error of IAM holds the password', async () => {
    const server = await serve(reply);
    const source = iamTokenSource({
      endpoint: new URL(server.origin),
      username: 'u',
      password: secrets.password,
      domain: 'd',
      projectId: 'p',
      remainingMs: () => 2000,
    });

    const error = await rejection(clientFor(server.origin, { auth: { mode: 'token', source } }).send(writeCall));

    expect(everythingOf(error)).not.toMatch(/MARKED-\W{0,2}PASSWORD/);
  });
});

it('no error that came with 201 holds a credential', async () => {
  const told = { error_code: echoed, error_msg: echoed, request_id: echoed };
  const server = await serve(json(201, told, { 'x-request-id': echoed }));
  const client = clientFor(server.origin, { auth: signed });

  const error = await rejection(
    batchCreateAgentInvocations(client, {
      invocation_type: 'REMOTE_INSTALL',
      remote_install_meta: [{ password: secrets.password }],
    }),
  );

  expect(error).toMatchObject({ name: 'CloudReplyError' });
  expect(everythingOf(error)).not.toMatch(/MARKED-(?!TOKEN)/);
});

it('no error after an answer that is not HTTP holds a byte of it', async () => {
  const server = await tcp((socket) => socket.write(`X-Subject-Token: ${secrets.token}\r\n\r\n`));

  const error = await rejection(clientFor(server.origin, { auth: signed }).send(writeCall));

  expect(everythingOf(error)).not.toContain('MARKED');
});

it('no error of a call that was held back after a refusal holds a credential', async () => {
  const server = await serve(replies['a refusal of the key']);
  const client = clientFor(server.origin, { auth: signed, timing: realTiming });
  await rejection(client.send(installCall));

  const error = await rejection(client.send(installCall));

  expect(error).toMatchObject({ outcome: 'not-sent' });
  expect(everythingOf(error)).not.toContain('MARKED');
});

it('a client shows no credential', () => {
  expect(everythingOf(clientFor('http://127.0.0.1:1', { auth: signed }))).not.toContain('MARKED');
});
