import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build } from '../../build.mjs';
import { projectRoot, tinyProject } from './temp-project.js';

const file = (name: string) => `functions/${name}/handler.ts`;
const good = 'export const handler = async (a: unknown, b: unknown) => [a, b];';
const initializer = 'export const initializer = (a: unknown, b: unknown) => undefined;';

async function failureOf(root: string): Promise<string> {
  const error: unknown = await build({ root, quiet: true }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'BuildError' });
  return (error as Error).message;
}

test('a missing handler is told with both ways out', async () => {
  const root = await tinyProject({ [file('list-invocations')]: undefined });

  expect(await failureOf(root)).toBe(
    'functions/list-invocations/handler.ts is missing, and serverless.yml lists the function list-invocations: ' +
      'write the file, or take the function out of serverless.yml.',
  );
});

test('what cannot be compiled is told with file, line and column', async () => {
  const root = await tinyProject({ [file('list-invocations')]: `${good}\n${initializer}\nexport const broken = ;\n` });

  expect(await failureOf(root)).toBe(
    [
      'functions/list-invocations/handler.ts cannot be built:',
      '  functions/list-invocations/handler.ts:3:23: Unexpected ";"',
      '  Mend this and build again.',
    ].join('\n'),
  );
});

test('an import that does not exist is told with its place', async () => {
  const root = await tinyProject({
    [file('list-invocations')]: `import { nothing } from './nowhere.js';\nexport const handler = nothing;`,
  });

  expect(await failureOf(root)).toContain('handler.ts:1:25: Could not resolve "./nowhere.js"');
});

test.each([
  ['one parameter', 'async (event: unknown) => event', 1],
  ['a default value', 'async (event: unknown, context = {}) => [event, context]', 1],
  ['rest parameters', 'async (...all: unknown[]) => all', 0],
  ['four parameters', 'async (a: unknown, b: unknown, c: unknown, d: unknown) => [a, b, c, d]', 4],
])('a handler with %s is refused', async (_what, handler, parameters) => {
  const root = await tinyProject({
    [file('list-invocations')]: `export const handler = ${handler};\n${initializer}`,
  });

  expect(await failureOf(root)).toBe(
    `the bundle of list-invocations exports handler with ${parameters} parameters, and FunctionGraph refuses any number but 2: ` +
      'declare two, without default values and rest parameters.',
  );
});

test('a missing initializer is refused', async () => {
  const root = await tinyProject({ [file('list-invocations')]: good });

  expect(await failureOf(root)).toBe(
    'the bundle of list-invocations does not export a function initializer: export what functionHandler() gives.',
  );
});

test('a bundle that cannot be loaded is refused', async () => {
  const root = await tinyProject({ [file('list-invocations')]: `${good}\nthrow new Error('no such luck');` });

  expect(await failureOf(root)).toBe(
    'the bundle of list-invocations cannot be loaded: no such luck. Mend what runs while it loads.',
  );
});

test('a bundle that ends the process while it loads is refused by its name', async () => {
  const root = await tinyProject({ [file('list-invocations')]: `${good}\n${initializer}\nprocess.exit(3);` });

  expect(await failureOf(root)).toBe(
    'the bundle of list-invocations cannot be loaded: it ends the process with exit code 3. Mend what runs while it loads.',
  );
});

test('what a bundle prints while it loads does no harm', async () => {
  const root = await tinyProject({
    [file('list-invocations')]: `${good}\n${initializer}\nconsole.log('hello');\nconsole.error('hello');`,
  });

  await expect(build({ root, quiet: true })).resolves.toBeInstanceOf(Array);
});

test('a refused bundle is not left to be deployed', async () => {
  const root = await tinyProject({ [file('list-invocations')]: good });

  await failureOf(root);

  await expect(access(join(root, 'dist/list-invocations.zip'))).rejects.toThrow('ENOENT');
  await expect(access(join(root, 'dist/list-invocations/index.js'))).rejects.toThrow('ENOENT');
});

test('a function without schemas is told with the place to name them', async () => {
  const real = await readFile(join(projectRoot, 'serverless.yml'), 'utf8');
  const renamed = real.replaceAll('list-invocations', 'brand-new');
  const root = await tinyProject({
    'serverless.yml': renamed,
    [file('brand-new')]: `${good}\n${initializer}`,
  });

  expect(await failureOf(root)).toBe(
    'openapi/documented-functions.ts lacks brand-new, which serverless.yml lists: name its operations and schemas there.',
  );
});

test('all that is wrong is told at once', async () => {
  const root = await tinyProject({
    [file('list-invocations')]: undefined,
    [file('create-ief-job')]: 'export const broken = ;',
    'shared/client.ts': 'export const client: number = "one";',
  });

  const message = await failureOf(root);

  expect(message).toContain('functions/list-invocations/handler.ts is missing');
  expect(message).toContain('functions/create-ief-job/handler.ts:1:23');
  expect(message).toContain("shared/client.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.");
});

test('the bundle of a function that is no longer listed is removed', async () => {
  const root = await tinyProject();
  await mkdir(join(root, 'dist/once-listed'), { recursive: true });
  await writeFile(join(root, 'dist/once-listed/index.js'), '');
  await writeFile(join(root, 'dist/once-listed.zip'), '');

  await build({ root, quiet: true });

  await expect(access(join(root, 'dist/once-listed'))).rejects.toThrow('ENOENT');
  await expect(access(join(root, 'dist/once-listed.zip'))).rejects.toThrow('ENOENT');
});
