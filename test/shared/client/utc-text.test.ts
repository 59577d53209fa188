import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactUtcText, utcText } from '../../../shared/client/utc-text.js';

const fourDigitYears = { min: new Date('0000-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z') };

test('any moment is written as Date.toISOString writes it', () => {
  fc.assert(fc.property(fc.date({ noInvalidDate: true }), (moment) => utcText(moment) === moment.toISOString()));
});

test('an invalid date is refused as Date.toISOString refuses it', () => {
  expect(() => utcText(new Date(Number.NaN))).toThrow(RangeError);
});

test('the form of X-Sdk-Date is the same without milliseconds and marks', () => {
  fc.assert(
    fc.property(fc.date({ ...fourDigitYears, noInvalidDate: true }), (moment) => {
      expect(compactUtcText(moment)).toBe(moment.toISOString().replace(/\.\d{3}|[-:]/g, ''));
    }),
  );
});
