import { OutOfTimeError } from './pg-failure.js';

/**
 * The result of a promise, where it comes within `ms` milliseconds. What comes later goes to `late`, and nowhere else.
 * @throws OutOfTimeError
 */
export async function within<T>(promise: Promise<T>, ms: number, late: (value: T) => void = () => {}): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new OutOfTimeError(ms));
    }, ms);
  });
  promise.then(
    (value) => isLate && late(value),
    () => undefined,
  );
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
