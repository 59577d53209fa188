/**
 * Preloaded with `--require` into an instance whose clocks are to stand still during a freeze: a process that is stopped by a
 * signal finds its clocks advanced, a virtual machine that is paused may not. FREEZE_STILL names the clocks: monotonic, wall.
 * The instance says when it answers and when it is called again; for these clocks hardly any time passes in between.
 */
const still = new Set((process.env.FREEZE_STILL ?? '').split(','));
const realNow = performance.now.bind(performance);
/** A process on its way to and from a freeze runs a little. Milliseconds. */
const seenMs = 0.5;
let lostMs = 0;
let stoppedAt = 0;

if (still.has('monotonic')) {
  const { hrtime } = process;
  const bigint = () => hrtime.bigint() - BigInt(Math.round(lostMs * 1e6));
  const pair = (previous = [0, 0]) => {
    const passed = bigint() - BigInt(previous[0]) * 1_000_000_000n - BigInt(previous[1]);
    return [Number(passed / 1_000_000_000n), Number(passed % 1_000_000_000n)];
  };
  process.hrtime = Object.assign(pair, { bigint });
  performance.now = () => realNow() - lostMs;
}
if (still.has('wall')) {
  const now = Date.now.bind(Date);
  Date.now = () => Math.round(now() - lostMs);
}

globalThis.clocksOfTest = {
  stop: () => {
    stoppedAt = realNow();
  },
  start: () => {
    lostMs += Math.max(0, realNow() - stoppedAt - seenMs);
  },
};
