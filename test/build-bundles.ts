import { build } from '../build.mjs';

/** Vitest's global set-up: the tests of bundles run what is deployed, so it is built from the present source first. */
export async function setup(): Promise<void> {
  await build({ quiet: true });
}
