import { expect, test } from 'vitest';
import { onlyRow } from '../../../shared/store/only-row.js';

test('the row of a count is there, and a database without one is not taken for an empty one', () => {
  expect(onlyRow([{ count: 0 }])).toEqual({ count: 0 });
  expect(() => onlyRow([])).toThrow('gave no row');
});
