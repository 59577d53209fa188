import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { readServiceFile } from '../../serverless/service-file.js';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
/** All functions, in the order of serverless.yml. */
export const functionNames = readServiceFile(join(projectRoot, 'serverless.yml')).functions.map(({ name }) => name);

/** A folder outside of the project that is removed after the test. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetbatch-build-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const goodHandler = `
  export const handler = async (event: unknown, context: unknown) => [event, context].length;
  export const initializer = (context: unknown, callback: unknown) => undefined;
`;

/** A project with the real serverless.yml and functions of two lines; `files` puts others in their place, undefined none. */
export async function tinyProject(files: Record<string, string | undefined> = {}): Promise<string> {
  const root = await tempFolder();
  const handlers = functionNames.map((name) => [`functions/${name}/handler.ts`, goodHandler]);
  const all: Record<string, string | undefined> = {
    'serverless.yml': await readFile(join(projectRoot, 'serverless.yml'), 'utf8'),
    'package.json': '{ "type": "module" }',
    'shared/tsconfig.json':
      '{ "compilerOptions": { "rootDir": ".", "declaration": true, "emitDeclarationOnly": true }, "include": ["*.ts"] }',
    'shared/client.ts': 'export const client = 1;',
    'shared/schemas.ts': 'export const schemas = 1;',
    ...Object.fromEntries(handlers),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    if (text === undefined) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  if (!('node_modules/undici/package.json' in files)) {
    await symlink(join(projectRoot, 'node_modules'), join(root, 'node_modules'), 'junction');
  }
  return root;
}

/** All of the source in another folder, with its packages as real folders: links would lead back to this one. */
export async function copyOfProject(original = projectRoot): Promise<string> {
  const root = await tempFolder();
  const pg = ['pg', 'pg-pool', 'pg-protocol', 'pg-types', 'pg-int8', 'xtend'];
  const pgTypes = ['postgres-array', 'postgres-bytea', 'postgres-date', 'postgres-interval'];
  const packages = ['undici', 'zod', '@middy', 'jsonata', ...pg, ...pgTypes, '@types/node', 'undici-types'];
  const parts = [
    'serverless.yml',
    'chains.yml',
    'package.json',
    'tsconfig.json',
    'functions',
    'shared',
    ...packages.map((name) => `node_modules/${name}`),
  ];
  const isSource = (path: string) => !/shared[\\/]dist/.test(path);
  await Promise.all(
    parts.map((part) => cp(join(original, part), join(root, part), { recursive: true, filter: isSource })),
  );
  return root;
}
