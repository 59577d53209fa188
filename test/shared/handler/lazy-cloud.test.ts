import { describe, expect, it } from 'vitest';
import { readContext } from '../../../shared/handler/context.js';
import { lazyCloud } from '../../../shared/handler/lazy-cloud.js';
import { serveHttp } from '../client/loopback.js';
import { sampleSettings } from './fake-platform.js';

function sources(settings: Record<string, string | undefined>, context: unknown = {}) {
  return {
    context: readContext(context, { now: Date.now, newId: () => 'fresh' }),
    remainingMs: () => 5_000,
    setting: (name: string) => settings[name],
    observe: () => undefined,
    keepSecret: () => undefined,
  };
}

describe('lazyCloud', () => {
  it.each([
    ['the setting', sampleSettings, {}, sampleSettings.HUAWEICLOUD_SDK_PROJECT_ID],
    ['the context', {}, { getProjectID: () => 'of-context' }, 'of-context'],
  ])('has the project of %s before anything is loaded', (_name, settings, context, projectId) => {
    expect(lazyCloud(sources(settings, context)).projectId).toBe(projectId);
  });

  it('fails at once where the project is not known', () => {
    expect(() => lazyCloud(sources({}))).toThrow('HUAWEICLOUD_SDK_PROJECT_ID');
  });

  it('signs and sends every call through the one client', async () => {
    const seen: (string | undefined)[] = [];
    const server = await serveHttp((request, response) => {
      seen.push(request.headers.authorization?.split(' ')[0]);
      response.setHeader('content-type', 'application/json').end('{"ok":true}');
    });
    const cloud = lazyCloud(sources({ ...sampleSettings, CES_ENDPOINT: server.origin }));
    const look = { service: 'ces', operation: 'Look', method: 'GET', path: ['v1'], repeatable: true } as const;

    const replies = [await cloud.send(look), await cloud.send(look)];
    await server.close();

    expect(replies.map(({ body }) => body)).toEqual([{ ok: true }, { ok: true }]);
    expect(seen).toEqual(['SDK-HMAC-SHA256', 'SDK-HMAC-SHA256']);
  });
});
