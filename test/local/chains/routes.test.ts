import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { NoAnswerError } from '../../../local/chains/no-answer-error.js';
import { chainRoutes } from '../../../local/chains/routes.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0)) await end();
});

/** The routes at a server that treats every request like this. */
async function routesAt(treat: (response: ServerResponse) => unknown) {
  const server = createServer((_request, response) => void treat(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return chainRoutes(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const cutOff = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': '100' }).write('{"id":', () => response.destroy());
};

test.each([
  ['before a word', (response: ServerResponse) => response.destroy()],
  ['in the midst of it', cutOff],
])('an answer that ends %s is none, and of a start it is said that it may have been done', async (_when, treat) => {
  const { show, run } = await routesAt(treat);

  const shown = await show('run-1').catch((error: unknown) => error);
  expect(shown).toBeInstanceOf(NoAnswerError);
  expect(String(shown)).toMatch(/No answer came from http:\/\/127\.0\.0\.1:\d+ \(.+\)\.$/);

  const started = await run('deploy').catch((error: unknown) => error);
  expect(started).toBeInstanceOf(NoAnswerError);
  expect(String(started)).toContain('It may have been done all the same: list the runs before you repeat it.');
});

test.each(['{}', 'null', '[]', '<html>', '{"id":1}'])(
  'an answer of something else is told as such: %s',
  async (text) => {
    const { list, show, run } = await routesAt((response) => response.end(text));

    for (const asked of [list({}), show('run-1'), run('deploy')]) {
      await expect(asked).rejects.toThrow(/^Something else than the routes of the chains answers at http:\/\/127/);
    }
  },
);

test('an answer that does not come is given up, so that whoever follows can say how old is what he sees', async () => {
  const { show } = await routesAt(() => undefined);
  const soon = AbortSignal.timeout(50);
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(soon);

  await expect(show('run-1')).rejects.toThrow(NoAnswerError);
  expect(timeout).toHaveBeenCalledWith(10_000);
});

test.each(['http://127.0.0.1:9', 'http://localhost:49151'])(
  'where nothing listens, a start was not done, and it is said what to do: %s',
  async (url) => {
    const failure = await chainRoutes(url)
      .run('deploy')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NoAnswerError);
    expect(String(failure)).toContain(`Nothing answers at ${url}`);
    expect(String(failure)).toMatch(/\. Start it with npm start, or give another address with --url\.$/);
    expect(String(failure)).not.toContain('()');
  },
);
