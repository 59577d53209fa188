import type { Chain } from './chain.js';

/**
 * The chains of `chains.yml`. The build puts the checked file in the place of this one, so that a deployed function needs no file;
 * unbuilt, there are none.
 */
export const embeddedChains: readonly Chain[] = [];
