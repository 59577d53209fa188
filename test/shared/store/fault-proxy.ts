import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens at a commit: the connection breaks before it, after it, or nobody answers. */
export type CommitFault = 'cut-before' | 'cut-after' | 'silence';

/** A connection of a client through the proxy. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  isSilent: boolean;
}

/** Stands between a client and its database, and breaks what a test asks for. */
export interface FaultProxy {
  readonly url: string;
  /** Connections that are made from now on are never answered. */
  silent: boolean;
  /** Befalls the next commit, and no other. */
  atCommit: CommitFault | undefined;
  /** Answers come so many milliseconds late. */
  delayMs: number;
  /** How many connections were made. */
  readonly connections: () => number;
  /** How many connections are open and answered. */
  readonly alive: () => number;
  /** Breaks every connection, as a restart does. */
  cut(): void;
  /** Resets every connection, as a gateway does that forgot them. */
  reset(): void;
  /** No connection that is open now is answered any more, and nobody says so. */
  silence(): void;
  /** Refuses new connections. */
  close(): Promise<void>;
}

/** @param url of the database */
export async function startFaultProxy(url: string): Promise<FaultProxy> {
  const target = new URL(url);
  const pairs = new Set<Pair>();
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const pair: Pair = { client, server: upstream, isSilent: proxy.silent };
    pairs.add(pair);
    let cutsAtAnswer = false;
    client.on('data', (data) => {
      const fault = data.includes('COMMIT\0') ? proxy.atCommit : undefined;
      if (fault) proxy.atCommit = undefined;
      if (fault === 'cut-before') return end(pair);
      if (fault === 'silence') pair.isSilent = true;
      if (fault === 'cut-after') cutsAtAnswer = true;
      if (!pair.isSilent) upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (cutsAtAnswer) return end(pair);
      const pass = () => !pair.isSilent && client.write(data);
      if (proxy.delayMs > 0) setTimeout(pass, proxy.delayMs).unref();
      else pass();
    });
    for (const socket of [client, upstream]) {
      socket.on('error', () => end(pair));
      socket.on('close', () => pair.isSilent || end(pair));
    }
  });
  const end = (pair: Pair, how: 'destroy' | 'resetAndDestroy' = 'destroy') => {
    pairs.delete(pair);
    pair.client[how]();
    pair.server.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const here = new URL(url);
  here.hostname = '127.0.0.1';
  here.port = String((server.address() as AddressInfo).port);

  const proxy: FaultProxy = {
    url: here.href,
    silent: false,
    atCommit: undefined,
    delayMs: 0,
    connections: () => connections,
    alive: () => [...pairs].filter(({ isSilent }) => !isSilent).length,
    cut: () => {
      for (const pair of pairs) end(pair);
    },
    reset: () => {
      for (const pair of pairs) end(pair, 'resetAndDestroy');
    },
    silence: () => {
      for (const pair of pairs) pair.isSilent = true;
    },
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const pair of pairs) end(pair);
      return closed;
    },
  };
  return proxy;
}
