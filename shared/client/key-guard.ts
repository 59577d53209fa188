import { CloudAuthError } from './errors.js';

/** How long calls wait for the first one before they go by themselves: it may hang for reasons of its own. Milliseconds. */
const patienceMs = 1000;
/** How long a lock lasts, and so how long a refused key is left alone (signing guide, failure codes). Milliseconds. */
const lockMs = 5 * 60_000;

/** Lets one call of an access key through. @throws CloudAuthError where the key was refused before; nothing is sent then */
export type KeyGuard = <Reply>(name: string, send: () => Promise<Reply>) => Promise<Reply>;

/**
 * Keeps a bad access key from being locked. More than five refusals in a row lock it for five minutes, for everybody who uses
 * it, and ten calls at once with a wrong key are ten refusals. So the first call of a client goes alone, those that come
 * meanwhile wait for its end (a second at most), and after a 401 nothing more is sent with that key.
 * @param now milliseconds since 1970
 * @param remainingMs milliseconds left for everything; no call waits for more than a third of it
 */
export function createKeyGuard(now: () => number, remainingMs: () => number): KeyGuard {
  let tried = false;
  let first: Promise<unknown> | undefined;
  let refusal: { readonly error: CloudAuthError; readonly at: number } | undefined;

  function check(name: string): void {
    if (refusal && now() - refusal.at < lockMs) throw notSent(name, refusal.error);
  }

  async function watched<Reply>(send: () => Promise<Reply>): Promise<Reply> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof CloudAuthError && error.upstream?.status === 401) refusal = { error, at: now() };
      throw error;
    }
  }

  return async (name, send) => {
    check(name);
    if (!tried) {
      tried = true;
      const reply = watched(send);
      const ended = () => {
        first = undefined;
      };
      first = reply.then(ended, ended);
      return reply;
    }
    if (first !== undefined) {
      await endOf(first, Math.min(patienceMs, remainingMs() / 3));
      check(name);
    }
    return watched(send);
  };
}

async function endOf(first: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([first, patience]);
  clearTimeout(timer);
}

function notSent(name: string, { upstream = { service: 'iam' } }: CloudAuthError): CloudAuthError {
  const code = upstream.error_code === undefined ? '' : ` ${upstream.error_code}`;
  return new CloudAuthError(
    `${name} was not sent, because the access key was refused just before (401${code}). Check the credentials and the clock, then call again.`,
    upstream,
    'not-sent',
  );
}
