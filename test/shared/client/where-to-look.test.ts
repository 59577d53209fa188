import { afterEach, describe, expect, it } from 'vitest';
import { destroyPools } from '../../../shared/client/pools.js';
import { whereToLook } from '../../../shared/client/where-to-look.js';
import { clientFor, hangUp, json, readCall, rejection, serveReplies, text, writeCall } from './loopback.js';

describe('whereToLook', () => {
  it.each([
    ['BatchCreateAgentInvocations', /calling again: list the tasks of these instance ids .*instance_id.*create_time$/],
    ['CreateBatchJob', /calling again: look for a job of this name in IEF/],
    ['BatchStartOrStopTasks', /calling again: look at the state of these tasks in ROMA Connect$/],
    ['AnotherOperation', /^look whether it took effect before calling again$/],
    ['toString', /^look whether it took effect before calling again$/],
  ])('tells where the effect of %s shows', (operation, place) => {
    expect(whereToLook(operation)).toMatch(place);
  });
});

describe('the error of a call with an unknown outcome', () => {
  afterEach(destroyPools);

  const endings = [
    ['a broken connection', hangUp],
    ['500', json(500, {})],
    ['504 in HTML', text(504, '<html>')],
    ['a page instead of JSON', text(200, '<html>')],
    ['a redirect', text(302, '')],
  ] as const;

  it.each(endings)('says of a write after %s where to look', async (_, reply) => {
    const server = await serveReplies([reply]);

    const error = await rejection(clientFor(server.origin).send(writeCall));

    expect(error).toMatchObject({ outcome: 'unknown' });
    expect(String(error)).toMatch(
      /\. The call was sent and its outcome is unknown; look whether it took effect before calling again: list the tasks of /,
    );
    await server.close();
  });

  it.each(endings)('says of a read after %s that there is nothing to look for', async (_, reply) => {
    const server = await serveReplies([reply]);

    const error = await rejection(clientFor(server.origin).send(readCall));

    expect(String(error)).toMatch(/It was a read and changed nothing; call again later\.$/);
    await server.close();
  });

  it('says the same of a write whose answer does not come in time', async () => {
    const server = await serveReplies([() => undefined]);
    const end = performance.now() + 150;

    const error = await rejection(
      clientFor(server.origin, { remainingMs: () => end - performance.now() }).send(writeCall),
    );

    expect(error).toMatchObject({ name: 'CloudTimeoutError', outcome: 'unknown' });
    expect(String(error)).toMatch(/list the tasks of these instance ids/);
    await server.close();
  });
});
