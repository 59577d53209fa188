import { WebSocket } from 'undici';

/** What a debugger does, as far as a test needs it: sends commands, and waits for events. */
export interface DebuggerClient {
  send(method: string, params?: object): void;
  /** The parameters of the first event of this kind that fits, also of one that has come already. */
  event(method: string, fits?: (params: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  close(): void;
}

/** Attaches to the Node.js process that listens on this port of 127.0.0.1. */
export async function attach(port: number): Promise<DebuggerClient> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const events: { method: string; params: Record<string, unknown> }[] = [];
  const looks = new Set<() => void>();
  socket.addEventListener('message', ({ data }) => {
    events.push(JSON.parse(String(data)));
    for (const look of looks) look();
  });
  let id = 0;
  return {
    send: (method, params = {}) => {
      id += 1;
      socket.send(JSON.stringify({ id, method, params }));
    },
    event: (method, fits = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find((event) => event.method === method && fits(event.params));
          if (!found) return;
          looks.delete(look);
          resolve(found.params);
        };
        looks.add(look);
        look();
      }),
    close: () => socket.close(),
  };
}
