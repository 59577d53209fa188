import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readServiceFile, type ServiceRoute } from '../../serverless/service-file.js';
import type { FunctionExports } from '../../shared/handler/function-handler.js';
import { readResponse } from '../shared/handler/fake-platform.js';

const routes = readServiceFile('serverless.yml', {}).functions.flatMap((fn) =>
  fn.routes.map((route) => ({ name: fn.name, route })),
);

beforeEach(() => {
  for (const method of ['debug', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation(() => {});
});

/** What the handler says to its sample with another method or path. Without settings it gets no further than its door. */
async function problemOf(name: string, change: Record<string, unknown>) {
  const { handler } = (await import(`../../functions/${name}/handler.ts`)) as FunctionExports;
  const sample = JSON.parse(readFileSync(`events/${name}.apig.json`, 'utf8')) as Record<string, unknown>;
  const response = readResponse(await handler({ ...sample, ...change }, { getUserData: () => undefined }));
  return { status: response.status, allow: response.headers.allow, body: response.body as Record<string, unknown> };
}

const hasParameters = ({ path }: ServiceRoute) => path.includes('{');

describe.each(routes)('$name behind $route.method $route.path', ({ name, route }) => {
  test('expects the method that serverless.yml says', async () => {
    expect(await problemOf(name, { httpMethod: 'PATCH' })).toMatchObject({ status: 405, allow: route.method });
  });

  test('lets its own path pass', async () => {
    const { body } = await problemOf(name, {});
    expect(body).not.toMatchObject({ code: 'PATH_NOT_OFFERED' });
    expect(body).not.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test.runIf(hasParameters(route))('expects the path that serverless.yml says', async () => {
    const { status, body } = await problemOf(name, { path: '/somewhere' });
    expect([status, body.detail]).toEqual([404, expect.stringContaining(`ends in ${route.path};`)]);
  });
});
