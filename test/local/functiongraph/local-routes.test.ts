import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixturePlatform, route, startFixtures, timer } from './fixture-platform.js';

let platform: FixturePlatform;
let ready = false;
beforeAll(async () => {
  platform = await startFixtures(
    {
      echo: {
        code: 'exports.handler = async (event, context) => { console.log("seen"); return event; }',
        routes: [route('/echo')],
        timers: [timer('hourly', { userEvent: 'tick' }), timer('off', { active: false })],
        environment: { PLACE: 'sesame' },
        encryptedEnvironment: { TOKEN: 'sesame' },
      },
    },
    { ready: () => ready },
  );
});
afterAll(() => platform.close());

async function ask(path: string, init?: RequestInit): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${platform.url}/_local/${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The status for a request with a Host or Origin that `fetch` would not send. */
function statusWith(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${platform.url}/_local/functions`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('/_local/health', () => {
  it('is 503 until everything is ready, then 200', async () => {
    const before = await ask('health');
    ready = true;
    const after = await ask('health');
    expect([before, after]).toEqual([
      { status: 503, body: { status: 'starting' } },
      { status: 200, body: { status: 'ok' } },
    ]);
  });
});

describe('/_local/', () => {
  it('lists functions, and the names of variables without their values', async () => {
    const { body } = await ask('functions');
    expect([body, JSON.stringify(body).includes('sesame')]).toEqual([
      {
        functions: [
          expect.objectContaining({
            name: 'echo',
            routes: ['POST /echo'],
            timers: ['hourly', 'off'],
            variables: ['PLACE', 'TOKEN'],
          }),
        ],
      },
      false,
    ]);
  });

  it('lists timers with their next moment', async () => {
    const { body } = await ask('timers');
    expect(body).toEqual({
      timers: [
        { name: 'hourly', function: 'echo', active: true, schedule: '1h', next: expect.stringMatching(/^\d{4}-.*Z$/) },
        { name: 'off', function: 'echo', active: false, schedule: '1h' },
      ],
    });
  });

  it('invokes a function directly and shows its whole result', async () => {
    expect(await ask('functions/echo/invoke', { method: 'POST', body: '{"a":1}' })).toEqual({
      status: 200,
      body: expect.objectContaining({
        ok: true,
        payload: '{"a":1}',
        log: ['INFO seen'],
        requestId: expect.any(String),
      }),
    });
  });

  it('fires a timer now', async () => {
    const { body } = await ask('timers/hourly/fire', { method: 'POST' });
    expect(JSON.parse(String(body.payload))).toMatchObject({ trigger_name: 'hourly', user_event: 'tick' });
  });

  it('shows the last report lines', async () => {
    await ask('functions/echo/invoke', { method: 'POST', body: '{}' });
    const { body } = await ask('invocations');
    expect((body.invocations as string[]).at(-1)).toContain('direct');
  });

  it.each([
    ['functions/none/invoke', 'There is no function none. There are echo.'],
    ['timers/none/fire', 'There is no timer none. There are hourly, off.'],
    ['timers/%E0%A4%A/fire', 'There is no timer %E0%A4%A.'],
    ['nothing', 'Unknown. There are GET health'],
  ])('answers 404 to POST %s and says what there is', async (path, reason) => {
    expect(await ask(path, { method: 'POST', body: '{}' })).toEqual({
      status: 404,
      body: { error: expect.stringContaining(reason) },
    });
  });

  it('refuses an event that no function takes', async () => {
    const { status } = await ask('functions/echo/invoke', { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024 + 1) });
    expect(status).toBe(413);
  });

  it.each([
    [{ host: 'localhost:3000' }, 200],
    [{ host: '[::1]:3000' }, 200],
    [{ host: 'evil.example' }, 403],
    [{ host: '127.0.0.1.evil.example:3000' }, 403],
    [{ origin: 'http://localhost:5173' }, 200],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
  ])('with %j answers %d', async (headers, status) => {
    expect(await statusWith(headers)).toBe(status);
  });
});
