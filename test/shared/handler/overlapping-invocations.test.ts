import { expect, test } from 'vitest';
import { functionHandler } from '../../../shared/handler/function-handler.js';
import { echo, fakeRuntime, readResponse } from './fake-platform.js';
import { apig } from './triggers/http-events.js';

/** The context of one tenant: everything in it ends with the tenant's letter. */
function contextOf(tenant: string, lines: string[]) {
  return {
    getRequestID: () => `request-${tenant}`,
    getUserData: (name: string) => (name === 'HUAWEICLOUD_REGION' ? `region-${tenant}` : undefined),
    getSecurityAccessKey: () => `AK${tenant}`,
    getSecuritySecretKey: () => `secret-key-${tenant}`,
    getSecurityToken: () => `security-token-${tenant}`,
    getProjectID: () => `project-${tenant}`,
    getLogger: () => ({ info: (line: string) => lines.push(line) }),
  };
}

/** Lets two invocations into the operation before either may go on. */
function meetingPoint() {
  let open = () => {};
  const met = new Promise<void>((resolve) => {
    open = resolve;
  });
  let waiting = 0;
  return () => {
    waiting += 1;
    if (waiting === 2) open();
    return met;
  };
}

async function runBoth() {
  const meet = meetingPoint();
  const seen = fakeRuntime({});
  const operation = echo(async ({ value }, { cloud, region, log }) => {
    await meet();
    await cloud.send({ service: 'ces', operation: `Call${value}`, method: 'GET', path: [], repeatable: true });
    // Each tenant writes down both secrets: only its own is known to be one.
    log('INFO', 'secret-key-A secret-key-B');
    return { status: 200, body: { value, region, project: cloud.projectId }, items: { ok: 1, failed: 0 } };
  });
  const { handler } = functionHandler(operation, { method: 'POST', input: 'body' }, seen.runtime);
  const lines: Record<string, string[]> = { A: [], B: [] };
  const call = (tenant: string) => {
    const headers = { 'content-type': 'application/json' };
    const event = apig({ method: 'POST', headers, body: JSON.stringify({ value: tenant }) });
    return handler(event, contextOf(tenant, lines[tenant] ?? []));
  };
  const [a, b] = await Promise.all([call('A'), call('B')]);
  return { a: readResponse(a), b: readResponse(b), lines, clients: seen.clients };
}

test('overlapping invocations each get their own answer, region, project and request id', async () => {
  const { a, b } = await runBoth();
  expect([a, b]).toMatchObject([
    { headers: { 'x-request-id': 'request-A' }, body: { value: 'A', region: 'region-A', project: 'project-A' } },
    { headers: { 'x-request-id': 'request-B' }, body: { value: 'B', region: 'region-B', project: 'project-B' } },
  ]);
});

test('overlapping invocations each sign with their own credentials', async () => {
  const { clients } = await runBoth();
  expect(clients.map(({ auth }) => auth)).toEqual(
    ['A', 'B'].map((tenant) => ({
      mode: 'aksk',
      credentials: { ak: `AK${tenant}`, sk: `secret-key-${tenant}`, securityToken: `security-token-${tenant}` },
    })),
  );
});

test('overlapping invocations each write to their own log, about their own calls', async () => {
  const { lines } = await runBoth();
  for (const tenant of ['A', 'B']) {
    const written = (lines[tenant] ?? []).map((line) => JSON.parse(line));
    expect(written.map((line) => line.request_id)).toEqual([`request-${tenant}`, `request-${tenant}`]);
    expect(written[1].upstream).toEqual([{ service: 'ces', operation: `Call${tenant}`, status: 200, ms: 7 }]);
  }
});

test('overlapping invocations each blot out their own secrets', async () => {
  const { lines } = await runBoth();
  expect([JSON.parse(lines.A?.[0] ?? '').message, JSON.parse(lines.B?.[0] ?? '').message]).toEqual([
    '*** secret-key-B',
    'secret-key-A ***',
  ]);
});
