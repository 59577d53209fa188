import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./instance-program.cjs', import.meta.url));
const stillClocks = fileURLToPath(new URL('./still-clocks.cjs', import.meta.url));
/** Far longer than any answer takes, even on a machine that is busy with other things. */
const patienceMs = 20_000;

/** All that were started and have not ended, so that nothing is left behind, however this process ends. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The process of one instance did not do what it was asked in time, or ended. */
export class InstanceLost extends Error {}

/**
 * Starts one instance.
 * @param {{ node: string, bundle: string, cloudUrl: string, remainingMs: number, still: string,
 *   variables?: Record<string, string> }} options `variables`: further ones of the function
 */
export async function startInstance({ node, bundle, cloudUrl, remainingMs, still, variables = {} }) {
  const preload = still ? ['--require', stillClocks] : [];
  const child = spawn(node, [...preload, program, bundle, cloudUrl, String(remainingMs)], {
    env: { FREEZE_STILL: still, FREEZE_VARIABLES: JSON.stringify(variables) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  child.stdin.on('error', () => undefined);
  const hear = listen(child);
  const say = (message) =>
    new Promise((resolve, reject) => {
      child.stdin.write(`${JSON.stringify(message)}\n`, (error) =>
        error ? reject(new InstanceLost(error.message)) : resolve(),
      );
    });
  await hear('ready');

  return {
    /** Hands over an invocation; resolves when it lies in the pipe, whether or not the instance is frozen. */
    invoke: (invocation) => say(invocation),
    /** What the invocation came to. */
    answer: async (id) => {
      const message = await hear('answered');
      if (message.answered !== id) throw new InstanceLost(`answered ${message.answered} instead of ${id}`);
      return message;
    },
    /** Resolves when the process certainly stands still; one that stops itself must not be stopped a second time. */
    freeze: async ({ itself }) => {
      if (!itself) child.kill('SIGSTOP');
      const impatientAt = performance.now() + patienceMs;
      while (!isStopped(child.pid)) {
        if (performance.now() > impatientAt) throw new InstanceLost('it does not stop');
        await nextTurn();
      }
    },
    thaw: () => child.kill('SIGCONT'),
    /** Resolves when its event loop turns. */
    awake: async () => {
      await say({ awake: true });
      await hear('awake');
    },
    end: async () => {
      if (!running.has(child)) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function isStopped(pid) {
  const file = `/proc/${pid}/stat`;
  const state = existsSync(file)
    ? readFileSync(file, 'latin1').split(') ').at(-1)
    : execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return /^[Tt]/.test(state);
}

/** Waits for the next line of the child, which has to be of the kind that is named. */
function listen(child) {
  const messages = [];
  let waiting;
  let unread = '';
  let ended = false;
  const settle = () => {
    if (!waiting || (messages.length === 0 && !ended)) return;
    const { resolve, reject, kind, timer } = waiting;
    waiting = undefined;
    clearTimeout(timer);
    const message = messages.shift();
    if (message && kind in message) resolve(message);
    else reject(new InstanceLost(message ? `said ${JSON.stringify(message)}` : 'its process ended'));
  };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (unread + text).split('\n');
    unread = lines.pop();
    messages.push(...lines.map((line) => JSON.parse(line)));
    settle();
  });
  child.on('close', () => {
    ended = true;
    settle();
  });
  return (kind) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting = undefined;
        reject(new InstanceLost(`nothing was heard for ${patienceMs} ms`));
      }, patienceMs);
      waiting = { resolve, reject, kind, timer };
      settle();
    });
}
