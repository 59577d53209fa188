import { CloudAuthError, FleetbatchError } from './errors.js';

/** How long calls wait for the one that tries the key before another one tries it: that may hang for reasons of its own. Milliseconds. */
const patienceMs = 1000;
/** How long a lock lasts, and so how long a refused key is left alone (signing guide, failure codes). Milliseconds. */
const lockMs = 5 * 60_000;

/** Lets one call of an access key through. @throws CloudAuthError where the key was refused before; nothing is sent then */
export type KeyGuard = <Reply>(name: string, send: () => Promise<Reply>) => Promise<Reply>;

/**
 * Keeps a bad access key from being locked. More than five refusals in a row lock it for five minutes, for everybody who uses
 * it, and ten calls at once with a wrong key are ten refusals. So until the cloud has taken the key once, calls go one by one:
 * those that come meanwhile wait for the end of the one under way (a second at most each time), and one that broke or hangs
 * proves nothing, so the next one goes alone too. After a 401 nothing more is sent with that key.
 * @param now milliseconds since 1970
 * @param remainingMs milliseconds left for everything; no call waits for more than a third of it
 */
export function createKeyGuard(now: () => number, remainingMs: () => number): KeyGuard {
  let proven = false;
  let trial: Promise<void> | undefined;
  let refusal: { readonly error: CloudAuthError; readonly at: number } | undefined;

  function check(name: string): void {
    if (refusal && now() - refusal.at < lockMs) throw notSent(name, refusal.error);
  }

  async function watched<Reply>(send: () => Promise<Reply>): Promise<Reply> {
    try {
      const reply = await send();
      proven = true;
      return reply;
    } catch (error) {
      if (error instanceof CloudAuthError && error.upstream?.status === 401) refusal = { error, at: now() };
      else if (provesKey(error)) proven = true;
      throw error;
    }
  }

  function tried<Reply>(send: () => Promise<Reply>): Promise<Reply> {
    const reply = watched(send);
    const ended = () => {
      if (trial === own) trial = undefined;
    };
    const own = reply.then(ended, ended);
    trial = own;
    return reply;
  }

  return async (name, send) => {
    check(name);
    let awaited: Promise<void> | undefined;
    // Nothing may happen between the last look at the trial and the next one's beginning: all that wait wake up at once.
    while (!proven && trial !== undefined && trial !== awaited) {
      awaited = trial;
      await endOf(awaited, Math.min(patienceMs, remainingMs() / 3));
      check(name);
    }
    return proven ? watched(send) : tried(send);
  };
}

/** Whether an answer other than 401 shows that the key was taken: throttling and failures may come before it is looked at. */
function provesKey(error: unknown): boolean {
  const status = error instanceof FleetbatchError ? error.upstream?.status : undefined;
  return status !== undefined && status < 500 && status !== 429;
}

async function endOf(trial: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([trial, patience]);
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
