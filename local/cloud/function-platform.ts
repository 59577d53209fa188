import type { Platform } from '../functiongraph/start-platform.js';

/** What runs the functions that are managed here. It knows neither projects nor records, only names and definitions. */
export type FunctionPlatform = Pick<Platform, 'url' | 'put' | 'remove' | 'invoke' | 'invokeAsync' | 'asyncInvocations'>;
