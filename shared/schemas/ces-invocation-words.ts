import * as z from 'zod/mini';
import { isRecord } from './rules.js';

/**
 * Task types. The last three are newer than the CES create page; SET_REMOTE_INSTALL_HOST is the older name of
 * SET_REMOTE_INSTALLER. Clouds differ in which of the two they know, so either is sent as the caller wrote it.
 */
export const INVOCATION_TYPES = [
  'INSTALL',
  'UPDATE',
  'ROLLBACK',
  'RETRY',
  'SET_REMOTE_INSTALLER',
  'REMOTE_INSTALL',
  'SET_REMOTE_INSTALL_HOST',
] as const;
export const INVOCATION_TARGETS = ['telescope'] as const;

/** Server ids, as both CES pages write them. */
export const instanceId = z
  .string()
  .check(z.regex(/^[a-zA-Z0-9-]{1,64}$/, 'must be 1 to 64 letters, digits or hyphens'));

/** The rows of a reply: the CES pages show a bare array in the example and an object in the table, so both are taken. */
export function invocationsOf(body: unknown): unknown {
  return isRecord(body) ? body.invocations : body;
}
