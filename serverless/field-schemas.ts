import * as z from 'zod/mini';

/** Fields of the files that people write; each carries its remedy, which the reader of the file puts behind what is wrong. */

export const text = (remedy: string) => z.string(remedy).check(z.minLength(1, remedy));

export const matching = (pattern: RegExp, remedy: string) => z.string(remedy).check(z.regex(pattern, remedy));

export const wholeNumber = (min: number, max: number, unit: string) => {
  const remedy = `Write a whole number of ${unit} from ${min} to ${max}`;
  return z.int(remedy).check(z.gte(min, remedy), z.lte(max, remedy));
};
