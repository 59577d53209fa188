import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
/** What `npm ci --omit=dev` installs. */
const production = Object.entries(lock.packages).filter(
  ([path, { dev, devOptional, link }]) => path.includes('node_modules/') && !dev && !devOptional && !link,
);

test('every production package stands in SECURITY.md, in the version that was reviewed, and no other does', () => {
  const rows = readFileSync('SECURITY.md', 'utf8').matchAll(/^\| (@?[a-z0-9/-]+) \| (\d+\.\d+\.\d+) \|/gm);
  const reviewed = [...rows].map(([, name, version]) => `${name} ${version}`);
  const locked = production.map(([path, { version }]) => `${path.split('node_modules/').at(-1)} ${version}`);

  expect(locked.sort()).toEqual(reviewed.sort());
});

test('no production package runs a script when it is installed', () => {
  expect(production.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
});
