import { describe, expect, test } from 'vitest';
import { createLog, type Level } from '../../../shared/handler/log.js';
import { createRedactor } from '../../../shared/handler/redact.js';

function openLog(threshold?: string) {
  const lines: [string, Record<string, unknown>][] = [];
  const texts: string[] = [];
  const writer = (method: string) => (line: string) => {
    texts.push(line);
    lines.push([method, JSON.parse(line)]);
  };
  const redactor = createRedactor();
  const log = createLog({
    logger: { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') },
    threshold,
    common: { request_id: 'r-1', function: undefined, operation: 'Op' },
    redactor,
    now: () => 0,
  });
  return { log, lines, texts, redactor };
}

describe('a log line', () => {
  test('is one line of JSON with time, level, request id and operation first', () => {
    const { log, texts } = openLog();
    log('INFO', 'done\nwell', { items: 3 });
    expect(texts).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"INFO","message":"done\\nwell","request_id":"r-1","operation":"Op","items":3}',
    ]);
  });

  test('cannot have its head changed by its fields', () => {
    const { log, lines } = openLog();
    log('INFO', 'real', { message: 'forged', request_id: 'forged', level: 'ERROR' });
    expect(lines[0]?.[1]).toMatchObject({ message: 'real', request_id: 'r-1', level: 'INFO' });
  });

  test('holds no known secret and no value under a telling name', () => {
    const { log, texts, redactor } = openLog();
    redactor.keep('top-secret');
    log('INFO', 'with top-secret', { a: 'top-secret', password: 'hidden' });
    expect(texts[0]).not.toMatch(/top-secret|hidden/);
  });

  test('that would be longer than 64 KiB leaves out its fields and says so', () => {
    const { log, lines } = openLog();
    log('INFO', 'big', { list: Array.from({ length: 100 }, () => 'x'.repeat(1_000)) });
    expect(lines[0]?.[1]).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'INFO',
      message: 'big',
      request_id: 'r-1',
      operation: 'Op',
      truncated: true,
    });
  });
});

describe('the level', () => {
  const all: Level[] = ['DEBUG', 'INFO', 'WARN', 'ERROR'];

  test.each([
    ['DEBUG', ['debug', 'info', 'warn', 'error']],
    ['INFO', ['info', 'warn', 'error']],
    ['WARN', ['warn', 'error']],
    ['ERROR', ['error']],
    ['warn', ['warn', 'error']],
    ['nonsense', ['info', 'warn', 'error']],
    [undefined, ['info', 'warn', 'error']],
  ])('%s lets %j through', (threshold, expected) => {
    const { log, lines } = openLog(threshold);
    for (const level of all) log(level, 'x');
    expect(lines.map(([method]) => method)).toEqual(expected);
  });
});

describe('a log that cannot write', () => {
  const boom = () => {
    throw new Error('disk full');
  };
  const log = createLog({
    logger: { debug: boom, info: boom, warn: boom, error: boom },
    threshold: undefined,
    common: {},
    redactor: createRedactor(),
    now: () => 0,
  });

  test('fails nothing', () => expect(() => log('ERROR', 'x')).not.toThrow());
});
