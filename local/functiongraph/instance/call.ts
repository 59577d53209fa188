import type { Callable } from './load.js';

/** How a call of user code ended. Callbacks and throws are told apart because their error bodies differ. */
export type Completion =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'callback-error'; readonly error: unknown };

/**
 * Calls user code under the wrapper's rules: only a native promise is awaited, any other returned value is ignored in favour
 * of `callback`, the first completion wins, and `callback()` or `callback(undefined, x)` is an error because only `null`
 * means success. Where neither comes, this never settles and the invocation runs into its time limit.
 */
export function call(fn: Callable, before: readonly unknown[]): Promise<Completion> {
  return new Promise((resolve) => {
    const callback = (error: unknown = {}, data: unknown = '') => {
      resolve(error === null ? { kind: 'value', value: data } : { kind: 'callback-error', error });
    };
    try {
      const returned: unknown = fn(...before, callback);
      if (!(returned instanceof Promise)) return;
      returned.then(
        (value: unknown) => resolve({ kind: 'value', value }),
        (error: unknown) => resolve({ kind: 'threw', error }),
      );
    } catch (error) {
      resolve({ kind: 'threw', error });
    }
  });
}
