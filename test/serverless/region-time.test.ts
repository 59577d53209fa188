import { describe, expect, it } from 'vitest';
import { rfc3339, zoneOfRegion } from '../../serverless/region-time.js';

describe('the time of a region', () => {
  it.each([
    ['cn-north-4', 'Asia/Shanghai'],
    ['cn-east-3', 'Asia/Shanghai'],
    ['la-south-2', 'America/Santiago'],
    ['sa-brazil-1', 'America/Sao_Paulo'],
    ['nowhere-1', 'UTC'],
  ])('%s keeps the time of %s', (region, zone) => {
    expect(zoneOfRegion(region)).toBe(zone);
  });

  it.each([
    ['Asia/Shanghai', '2026-11-21T10:15:00+08:00'],
    ['UTC', '2026-11-21T02:15:00+00:00'],
    ['America/Sao_Paulo', '2026-11-20T23:15:00-03:00'],
    ['Asia/Kolkata', '2026-11-21T07:45:00+05:30'],
  ])('is written with the offset of %s', (zone, expected) => {
    expect(rfc3339(new Date('2026-11-21T02:15:00.900Z'), zone)).toBe(expected);
  });
});
