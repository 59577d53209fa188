import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** When a failure strikes: instead of what a client sends, while the server works on it, or before its answer arrives. */
export const moments = ['before', 'during', 'after'] as const;
export type Moment = (typeof moments)[number];

/** Lets something happen at one of the things that clients send. */
interface Trap {
  readonly at: number;
  readonly moment: Moment;
  readonly strike: () => void;
}

/** Where clients find their database, whichever server that is at the moment. */
export interface SwitchingProxy {
  readonly port: number;
  /** The server that is connected to from now on; undefined: nobody, and connections are refused. */
  target: number | undefined;
  /** How many things clients have sent since the last {@link trap}. */
  readonly sent: () => number;
  /** Starts to count anew; the trap strikes once. */
  trap(trap?: Trap): void;
  /** Breaks all connections. */
  cut(): void;
  close(): Promise<void>;
}

/** A server's answer is complete where it ends with ReadyForQuery: `Z`, a length of 5, and the state of the transaction. */
const isComplete = (data: Buffer) => data.length >= 6 && data.subarray(-6, -1).equals(Buffer.from([0x5a, 0, 0, 0, 5]));

/** Terminate: sent by a connection that lay idle for long, whatever else goes on. */
const goodbye = Buffer.from([0x58, 0, 0, 0, 4]);

/** @param target port of the first server */
export async function startSwitchingProxy(target: number): Promise<SwitchingProxy> {
  const sockets = new Set<Socket>();
  let sent = 0;
  let trap: Trap | undefined;

  const server = createServer((client) => {
    if (proxy.target === undefined) return client.resetAndDestroy();
    const upstream = connect(proxy.target, '127.0.0.1');
    const end = () => {
      for (const socket of [client, upstream]) {
        sockets.delete(socket);
        socket.destroy();
      }
    };
    let strikesAtAnswer: Trap | undefined;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (data) => {
      if (data.equals(goodbye)) return end();
      sent += 1;
      const here = trap?.at === sent ? trap : undefined;
      if (here?.moment === 'before') return here.strike();
      upstream.write(data);
      if (here?.moment === 'after') strikesAtAnswer = here;
      if (here?.moment === 'during') setImmediate(here.strike);
    });
    upstream.on('data', (data) => {
      if (!strikesAtAnswer) client.write(data);
      else if (isComplete(data)) strikesAtAnswer.strike();
    });
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const proxy: SwitchingProxy = {
    port: (server.address() as AddressInfo).port,
    target,
    sent: () => sent,
    trap: (next) => {
      sent = 0;
      trap = next;
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return proxy;
}
