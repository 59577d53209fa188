import { UsageError } from '../plain-errors.js';

/** Nothing answers at the address, or only that it cannot: for now, or for good. */
export class NoAnswerError extends UsageError {}
