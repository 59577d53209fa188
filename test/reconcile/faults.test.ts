import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { destroyPools } from '../../shared/client/pools.js';
import { type OnUnknown, openStage, type Stage } from './stage.js';
import { type Answered, type Subject, subjects } from './subjects.js';
import type { Twist } from './twisting-proxy.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
  await destroyPools();
});
beforeEach(() => stage.reset());

/** Where an exchange breaks, and whether the cloud had done its work then. */
interface FaultPoint {
  readonly name: string;
  readonly effect: boolean;
  /** What the emulated cloud is told. */
  readonly fault?: object;
  /** What a gateway in front of it does after the effect. */
  readonly twist?: Twist;
}

const reply = (status: number, text: string): Twist => {
  return (response) => void response.writeHead(status, { 'content-type': 'application/json' }).end(text);
};
const faultPoints: readonly FaultPoint[] = [
  { name: 'a reset before the cloud does anything', effect: false, fault: { reset: 'before' } },
  { name: 'a reset after the effect', effect: true, fault: { reset: 'after-effect' } },
  { name: 'a reset in the middle of the answer', effect: true, fault: { reset: 'mid-body' } },
  { name: 'half of the answer', effect: true, fault: { truncate: true } },
  { name: 'an answer without a body', effect: true, fault: { empty: true } },
  { name: 'an HTML page with 502', effect: false, fault: { html: true } },
  { name: 'an HTML page with 200', effect: false, fault: { html: true, status: 200 } },
  { name: 'a 500 before the effect', effect: false, fault: { status: 500 } },
  { name: 'a 503 of the gateway', effect: false, fault: { status: 503 } },
  { name: 'a redirect', effect: false, fault: { status: 302, body: null } },
  { name: 'an answer about nothing', effect: false, fault: { status: 201, body: {} } },
  { name: 'an error under a 201', effect: false, fault: { status: 201, body: { error_code: 'X.1', error_msg: 'no' } } },
  { name: 'a 500 after the effect', effect: true, twist: reply(500, '{"error_code":"FDI.9999","error_msg":"no"}') },
  { name: 'a 504 after the effect', effect: true, twist: reply(504, '') },
  { name: 'an answer about nothing after the effect', effect: true, twist: reply(201, '{}') },
  { name: 'null instead of lists after the effect', effect: true, twist: reply(201, '{"invocations":null}') },
  { name: 'a number after the effect', effect: true, twist: reply(201, '7') },
  { name: 'no answer at all after the effect', effect: true, twist: () => undefined },
];

async function play(subject: Subject, point: FaultPoint, onUnknown: OnUnknown): Promise<Answered> {
  await subject.prepare?.(stage);
  if (point.fault) await stage.fault({ operation: subject.post, ...point.fault });
  stage.proxy.twist = point.twist;
  // A third of it is left by the POST, which is enough to look on this machine.
  if (point.name.startsWith('no answer')) stage.deadline = Date.now() + 900;
  return subject.run(stage.context(point.twist ? 'gateway' : undefined), onUnknown);
}

/** How often the POST of the subject arrived, not counting what prepared it. */
async function posts(subject: Subject): Promise<number> {
  const asked = (await stage.asked()).filter((call) => call.operation === subject.post);
  return asked.length - (subject.prepare ? 1 : 0);
}

describe.each(subjects)('$name', (subject) => {
  test.each(faultPoints)('report: $name', async (point) => {
    const { told, text } = await play(subject, point, 'report');

    expect(told).toBe('unknown');
    expect(text).toContain(subject.check);
    expect({ posts: await posts(subject), effects: await subject.effects(stage) }).toEqual({
      posts: 1,
      effects: point.effect ? 1 : 0,
    });
  });

  test.each(faultPoints)('reconcile: $name', async (point) => {
    const { told, reconciled, text } = await play(subject, point, 'reconcile');

    expect({ told, reconciled }).toEqual({ told: point.effect ? 'done' : 'unknown', reconciled: point.effect });
    if (!point.effect) expect(text).toContain(subject.check);
    expect({ posts: await posts(subject), effects: await subject.effects(stage) }).toEqual({
      posts: 1,
      effects: point.effect ? 1 : 0,
    });
  });

  test.each<OnUnknown>(['report', 'reconcile'])('%s: without a fault nothing is looked for', async (onUnknown) => {
    await subject.prepare?.(stage);
    const { told, reconciled } = await subject.run(stage.context(), onUnknown);

    expect({ told, reconciled, effects: await subject.effects(stage) }).toEqual({
      told: 'done',
      reconciled: false,
      effects: 1,
    });
    expect((await stage.asked()).filter((call) => call.method === 'GET')).toEqual([]);
  });

  test.each<OnUnknown>(['report', 'reconcile'])('%s: an answer that comes too late is unknown', async (onUnknown) => {
    await subject.prepare?.(stage);
    await stage.fault({ operation: subject.post, delay_ms: 600_000 });
    stage.deadline = Date.now() + 250;

    const { told, text } = await subject.run(stage.context(), onUnknown);

    expect(told).toBe('unknown');
    expect(text).toContain(subject.check);
    expect(await posts(subject)).toBe(1);
  });

  test('reconcile: where looking fails too, the outcome stays unknown and says so', async () => {
    await subject.prepare?.(stage);
    await stage.fault({ operation: subject.post, reset: 'after-effect' });
    await stage.fault({ operation: '*', status: 404, times: 'unlimited' });

    const { told, text } = await subject.run(stage.context(), 'reconcile');

    expect({ told, posts: await posts(subject) }).toEqual({ told: 'unknown', posts: 1 });
    expect(text).toContain('Looking for it failed (CLOUD_REJECTED)');
    expect(text).toContain(subject.check);
  });
});
