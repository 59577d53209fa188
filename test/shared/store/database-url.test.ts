import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidSettingError } from '../../../shared/client/errors.js';
import { keepsPlans, readDatabaseUrl } from '../../../shared/store/database-url.js';

const far = 'postgres://fleet:hunter2@db.example.com/runs';
const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('readDatabaseUrl', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetbatch-url-'));
    writeFileSync(join(folder, 'ca.pem'), ca);
    writeFileSync(join(folder, 'hunter2.pem'), 'hunter2');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads each part, decoded, with the standard port where none is given', () => {
    const { password, ...read } = readDatabaseUrl({ url: 'postgresql://fl%40et:p%2Fw@db.example.com/ru%20ns' });

    expect(read).toEqual({
      host: 'db.example.com',
      port: 5432,
      user: 'fl@et',
      database: 'ru ns',
      ssl: { rejectUnauthorized: true },
      application_name: 'fleetbatch',
    });
    expect(typeof password === 'function' ? password() : password).toBe('p/w');
  });

  it('hands port, options and application name on', () => {
    const url = 'postgres://u@localhost:6432/runs?options=-c%20search_path%3Dfleet&application_name=night';

    expect(readDatabaseUrl({ url })).toMatchObject({
      port: 6432,
      options: '-c search_path=fleet',
      application_name: 'night',
    });
  });

  it.each([
    ['localhost', 'localhost', false],
    ['127.0.0.1', '127.0.0.1', false],
    ['127.1.2.3', '127.1.2.3', false],
    ['[::1]', '::1', false],
    ['LocalHost', 'LocalHost', false],
    ['127.0.0.1.example.com', '127.0.0.1.example.com', { rejectUnauthorized: true }],
    ['192.168.0.9', '192.168.0.9', { rejectUnauthorized: true }],
  ])('without sslmode, %s is spoken to in plain only where it is this machine', (written, host, ssl) => {
    expect(readDatabaseUrl({ url: `postgres://u@${written}/runs` })).toMatchObject({ host, ssl });
  });

  it.each([
    ['disable', undefined, false],
    ['disable', ca, false],
    ['require', undefined, { rejectUnauthorized: false }],
    ['require', ca, { ca, rejectUnauthorized: true, checkServerIdentity: expect.any(Function) }],
    ['verify-full', undefined, { rejectUnauthorized: true }],
    ['verify-full', ca, { ca, rejectUnauthorized: true }],
    ['verify-ca', ca, { ca, rejectUnauthorized: true, checkServerIdentity: expect.any(Function) }],
  ])('with sslmode=%s and the authority %j, encryption is as PostgreSQL has it', (mode, authority, ssl) => {
    expect(readDatabaseUrl({ url: `${far}?sslmode=${mode}`, ca: authority }).ssl).toEqual(ssl);
  });

  it('lets the name of the server differ with verify-ca, and nothing else', () => {
    const { ssl } = readDatabaseUrl({ url: `${far}?sslmode=verify-ca`, ca });

    const check = typeof ssl === 'object' ? ssl.checkServerIdentity : undefined;

    expect(check).toBeTypeOf('function');
    expect(check && Reflect.apply(check, undefined, ['other.example.com', {}])).toBeUndefined();
  });

  it('reads the authority from the file of sslrootcert, unless it is given beside the URL', () => {
    const url = `${far}?sslrootcert=${encodeURIComponent(join(folder, 'ca.pem'))}`;

    expect(readDatabaseUrl({ url }).ssl).toEqual({ ca, rejectUnauthorized: true });
    const other = ca.replace('MIIB', 'MIIC');
    expect(readDatabaseUrl({ url, ca: other }).ssl).toEqual({ ca: other, rejectUnauthorized: true });
  });

  it.each(['\\n', '\\r\\n', '\r\n'])('takes an authority whose lines end with %j', (end) => {
    const written = ca.replaceAll('\n', end);

    const { ssl } = readDatabaseUrl({ url: far, ca: written });

    expect(ssl).toMatchObject({ ca: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\r?\nMIIB\r?\n-----END/) });
  });

  it.each(['hunter2', '', ca.replaceAll('\n', ' '), ca.replace('CERTIFICATE', 'PRIVATE KEY')])(
    'refuses an authority that is no certificate: %j',
    (text) => {
      const read = () => readDatabaseUrl({ url: far, ca: text });

      expect(read).toThrow(expect.objectContaining({ name: 'InvalidSettingError', setting: 'DATABASE_CA' }));
      expect(read).not.toThrow('hunter2');
    },
  );

  it('refuses a file of sslrootcert that holds no certificate, unless nothing is encrypted', () => {
    const url = `${far}?sslrootcert=${encodeURIComponent(join(folder, 'hunter2.pem'))}`;

    expect(() => readDatabaseUrl({ url })).toThrow('of the file of its sslrootcert: it has no certificate');
    expect(readDatabaseUrl({ url: `${url}&sslmode=disable` }).ssl).toBe(false);
  });

  it.each([
    ['no URL', 'hunter2', 'must look like'],
    ['another protocol', 'mysql://fleet:hunter2@db.example.com/runs', 'must look like'],
    ['no user', 'postgres://db.example.com/hunter2', 'must look like'],
    ['no host', 'postgres:///hunter2', 'must look like'],
    ['no database', 'postgres://fleet:hunter2@db.example.com', 'must look like'],
    ['an empty database', 'postgres://fleet:hunter2@db.example.com/', 'must look like'],
    ['a # that is not encoded', 'postgres://fleet:x@db.example.com/runs#hunter2', 'must look like'],
    ['a lone % in the password', 'postgres://fleet:hunter2%zz@db.example.com/runs', 'write %25'],
    ['a lone % in the user', 'postgres://fle%et:hunter2@db.example.com/runs', 'write %25'],
    ['a lone % in the database', `${far}%`, 'write %25'],
    ['an unknown parameter', `${far}?hunter2=1`, 'only sslmode, sslrootcert'],
    ['an unknown sslmode', `${far}?sslmode=prefer`, 'must be one of disable, require, verify-ca, verify-full'],
    ['verify-ca without an authority', `${far}?sslmode=verify-ca`, 'needs DATABASE_CA or sslrootcert'],
    ['a file that is not there', `${far}?sslrootcert=/no/such/hunter2.pem`, 'sslrootcert cannot be read'],
  ])('refuses %s and repeats nothing of it', (_name, url, problem) => {
    const read = () => readDatabaseUrl({ url });

    expect(read).toThrow(InvalidSettingError);
    expect(read).toThrow(problem);
    expect(read).not.toThrow('hunter2');
  });
});

describe('keepsPlans', () => {
  it.each([
    [far, true],
    [`${far}?prepare=on`, true],
    [`${far}?prepare=off`, false],
  ])('of %s is %s', (url, kept) => {
    expect(keepsPlans({ url })).toBe(kept);
  });
});
