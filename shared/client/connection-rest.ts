/** Both clocks in milliseconds: a paused machine may stop the first, and someone may set the second. */
export interface Clocks {
  readonly monotonic: () => number;
  readonly wall: () => number;
}

// Not performance.now(): the first use of that loads a module of Node's, which costs a cold start nearly a millisecond.
export const realClocks: Clocks = { monotonic: () => Number(process.hrtime.bigint()) / 1e6, wall: () => Date.now() };

/** After how long without any use connections are no longer trusted: between two invocations the instance was frozen. Milliseconds. */
export const trustedRestMs = 1000;

/** When something was last used, by both clocks. */
export interface LastUse {
  lastMonotonic: number;
  lastWall: number;
}

/** This moment as a last use. */
export function usedNow(clocks: Clocks): LastUse {
  return { lastMonotonic: clocks.monotonic(), lastWall: clocks.wall() };
}

/** How long something had not been used, by the clock that saw more of it. Milliseconds. */
export function restedMs(last: LastUse, now: LastUse): number {
  return Math.max(now.lastMonotonic - last.lastMonotonic, now.lastWall - last.lastWall);
}
