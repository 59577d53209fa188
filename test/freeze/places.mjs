/**
 * So many places for which others wait. The function that comes back resolves when one is free, with what gives it back; that may be
 * called more than once.
 * @param {number} count
 * @returns {() => Promise<() => void>}
 */
export function places(count) {
  /** @type {(() => void)[]} */
  const waiting = [];
  let free = count;
  const giveBack = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise((resolve) => waiting.push(resolve));
    let isMine = true;
    return () => {
      if (isMine) giveBack();
      isMine = false;
    };
  };
}
