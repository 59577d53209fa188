import { once } from 'node:events';
import { createServer } from 'node:http';

/** What becomes of the connections while their owner is frozen. New connections are always served. */
export const farSides = {
  FIN: 'closes them',
  RST: 'resets them',
  'black hole': 'no longer answers on them',
  'RST on write': 'resets one when something arrives on it, as a gateway does that forgot it',
};

/** Cloud Eye for one instance, on its own port of 127.0.0.1; counts every call that arrives, answered or not. */
export async function startFarSide() {
  const sockets = new Set();
  /** The connections that the freeze has ended, with what is done to a request that still arrives there. */
  const ended = new Map();
  const arrivals = new Map();
  /** Answers that wait until there are so many. */
  const held = [];
  let together = 1;
  let next = 1;

  const server = createServer(async (request, response) => {
    const socket = request.socket;
    const body = await textOf(request);
    if (body === undefined) return;
    const ids =
      body === ''
        ? [new URL(request.url, 'http://cloud').searchParams.get('instance_id')]
        : JSON.parse(body).instance_ids;
    arrivals.set(ids[0], (arrivals.get(ids[0]) ?? 0) + 1);
    if (ended.get(socket) === 'RST on write') socket.resetAndDestroy();
    if (ended.has(socket)) return;
    const rows = ids.map((id) => ({ instance_id: id, invocation_id: `task-of-${id}`, ret_status: 'successful' }));
    held.push(() => {
      response.writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ invocations: rows, count: rows.length }));
    });
    if (held.length < together) return;
    together = next;
    for (const answer of held.splice(0)) answer();
  });
  // Only the script closes a connection.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      ended.delete(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /**
     * Lets the next calls, but for the first, wait for each other, so that each has a connection of its own. The first is
     * answered at once: the client sends no other one before.
     */
    answerTogether: (calls) => {
      together = 1;
      next = Math.max(1, calls - 1);
    },
    connections: () => sockets.size - ended.size,
    /** Ends all connections that there are; resolves when the FIN or RST is on its way. */
    endConnections: async (kind) => {
      const alive = [...sockets].filter((socket) => !ended.has(socket));
      for (const socket of alive) ended.set(socket, kind);
      await Promise.all(alive.map((socket) => endOne(socket, kind)));
    },
    /** How often the call arrived whose list of instances begins with this one. */
    arrived: (id) => arrivals.get(id) ?? 0,
    /** After a trial: lets go of what the freeze has ended. */
    forget: () => {
      for (const socket of ended.keys()) socket.destroy();
      arrivals.clear();
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** A connection that its owner has just closed only tells `close`. */
function endOne(socket, kind) {
  return new Promise((resolve) => {
    if (socket.destroyed || socket.writableEnded || (kind !== 'FIN' && kind !== 'RST')) return resolve();
    socket.once('finish', resolve).once('close', resolve);
    if (kind === 'FIN') socket.end();
    else socket.resetAndDestroy();
  });
}

/** Undefined where the connection broke before the body was complete: then nothing has arrived. */
async function textOf(request) {
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    return text;
  } catch {
    return undefined;
  }
}
