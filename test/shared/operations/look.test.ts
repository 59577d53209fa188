import { describe, expect, it } from 'vitest';
import { CloudConnectionError, CloudRejectedError } from '../../../shared/client/errors.js';
import { type Finding, lookAtEach } from '../../../shared/operations/look.js';

const later = { notFound: 'Looked: not yet.', mayAppear: true } as const;
const never = { notFound: 'Looked: two of them.' };
const broken = new CloudConnectionError('off', 'unknown', { service: 'ces' });
const refused = new CloudRejectedError('no', { service: 'ces', status: 400 });

/** Looks at items whose successive sights are given, the last one again and again, with so much time left. */
async function look(sights: Record<string, readonly (Finding<string> | Error)[]>, leftMs?: number) {
  const looked: string[] = [];
  const slept: number[] = [];
  const logged: (Record<string, unknown> | undefined)[] = [];
  const findings = await lookAtEach(
    Object.keys(sights),
    async (item) => {
      const all = sights[item] ?? [];
      const sight = all[Math.min(looked.filter((one) => one === item).length, all.length - 1)];
      looked.push(item);
      if (sight === undefined || sight instanceof Error) throw sight;
      return sight;
    },
    {
      log: (level, _, fields) => void (level === 'INFO' && logged.push(fields)),
      timing: { now: () => 0, sleep: async (ms) => void slept.push(ms) },
      remainingMs: leftMs === undefined ? undefined : () => leftMs - slept.reduce((sum, ms) => sum + ms, 0),
    },
  );
  return { findings: Object.fromEntries(findings), looked, slept, logged };
}

describe('looking', () => {
  it('ends at once where all is found, and looks again only at what may still appear', async () => {
    const { findings, looked, slept, logged } = await look({
      a: [{ found: 'A' }],
      b: [later, later, { found: 'B' }],
      c: [never],
    });

    expect(findings).toEqual({ a: { found: 'A' }, b: { found: 'B' }, c: never });
    expect(looked).toEqual(['a', 'b', 'c', 'b', 'b']);
    expect(slept).toEqual([500, 1_000]);
    expect(logged).toEqual([{ items: 3, found: 2, looks: 3 }]);
  });

  it('gives up after four looks and growing pauses', async () => {
    const { findings, looked, slept } = await look({ a: [later] });

    expect({ findings, looked, slept }).toEqual({
      findings: { a: later },
      looked: ['a', 'a', 'a', 'a'],
      slept: [500, 1_000, 2_000],
    });
  });

  it.each([
    [999, []],
    [1_000, [500]],
    [1_999, [500]],
    [2_000, [500, 1_000]],
    [Number.NaN, []],
  ])('does not begin a look that could not be answered: %i ms left', async (leftMs, pauses) => {
    expect((await look({ a: [later] }, leftMs)).slept).toEqual(pauses);
  });

  it('keeps what an earlier look has shown where a later one fails, and then ends', async () => {
    const { findings, slept } = await look({ a: [later, broken], b: [later] });

    expect(findings).toEqual({ a: later, b: later });
    expect(slept).toEqual([500]);
  });

  it('goes on where the cloud refuses to show a single one', async () => {
    const { findings } = await look({
      a: [later, refused, { found: 'never seen' }],
      b: [later, later, { found: 'B' }],
    });

    expect(findings).toEqual({ a: { found: 'never seen' }, b: { found: 'B' } });
  });

  it('does not go on after a first look that failed', async () => {
    const { findings, slept } = await look({ a: [broken], b: [later] });

    expect(findings.a).toEqual({ notFound: 'Looking for it failed (CLOUD_CONNECTION).' });
    expect(slept).toEqual([]);
  });

  it.each([
    [100, 3],
    [101, 0],
  ])('looks at %i missing ones again %i times', async (count, again) => {
    const sights = Object.fromEntries(Array.from({ length: count }, (_, index) => [`i${index}`, [later]]));

    expect((await look(sights)).slept).toHaveLength(again);
  });

  it('at nothing writes nothing', async () => {
    expect(await look({})).toEqual({ findings: {}, looked: [], slept: [], logged: [] });
  });
});
