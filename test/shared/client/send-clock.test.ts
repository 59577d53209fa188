import { afterEach, describe, expect, it } from 'vitest';
import { destroyPools } from '../../../shared/client/pools.js';
import { clientFor, json, readCall, rejection, serveReplies, writeCall } from './loopback.js';
import { anHourLater, refused } from './policy-rows.js';

const created = json(201, {});

afterEach(destroyPools);

describe('a clock that a refusal has corrected', () => {
  it('dates the repetition and every later call of the same client, and of no other', async () => {
    const server = await serveReplies([refused(anHourLater), created]);
    const client = clientFor(server.origin);

    await client.send(writeCall);
    await client.send(readCall);
    await clientFor(server.origin).send(readCall);

    const dates = server.received.map(({ headers }) => headers['x-sdk-date']);
    expect(dates).toEqual(['20261121T120000Z', '20261121T130000Z', '20261121T130000Z', '20261121T120000Z']);
    await server.close();
  });

  it('serves the calls that waited for the first one without a refusal of their own', async () => {
    const server = await serveReplies([refused(anHourLater), created]);
    const client = clientFor(server.origin);

    const replies = await Promise.all([client.send(writeCall), client.send(writeCall), client.send(writeCall)]);

    expect(replies.map(({ attempts }) => attempts)).toEqual([2, 1, 1]);
    await server.close();
  });

  it('does not help a later call that is refused with it', async () => {
    const server = await serveReplies([refused(anHourLater), created, refused('Sat, 21 Nov 2026 20:00:00 GMT')]);
    const client = clientFor(server.origin);
    await client.send(writeCall);

    const error = await rejection(client.send(writeCall));

    expect(error).toMatchObject({ name: 'CloudAuthError' });
    expect(server.received).toHaveLength(3);
    await server.close();
  });
});
