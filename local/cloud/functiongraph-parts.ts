import type { CodeStore } from './code-store.js';
import type { FunctionPlatform } from './function-platform.js';
import type { After, World } from './world.js';

/** What FunctionGraph is made of. */
export interface FunctionGraphParts {
  readonly world: World;
  /** Without it functions are kept and shown, and none can be invoked. */
  readonly platform: FunctionPlatform | undefined;
  readonly store: CodeStore;
  readonly after: After;
}
