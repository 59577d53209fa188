import type * as z from 'zod/mini';
import { type Call, errorReply, type Reply, wholeNumber } from './cloud-operation.js';

/** IoTDA's "invalid input"; the field is named after it. */
export function invalidInput(what: string): Reply {
  return errorReply(400, 'IOTDA.000006', `Invalid input data. ${what}`);
}

/** What a zod check found, as a refusal. */
export function refusedBody(error: z.core.$ZodError): Reply {
  const issue = error.issues[0];
  return invalidInput(`${issue?.path.join('.') || 'body'} is not valid.`);
}

/** What a call gets for a rule id that is not there. */
export const noRule = errorReply(404, 'IOTDA.010002', 'The rule does not exist.');

/** limit 1 to 50, 10 by default; offset 0 to 500. Markers are not emulated. */
export function pageOf<Row>(call: Call, rows: readonly Row[]): readonly Row[] | undefined {
  const limit = wholeNumber(call.query.get('limit'), 10, 1, 50);
  const offset = wholeNumber(call.query.get('offset'), 0, 0, 500);
  return limit === undefined || offset === undefined ? undefined : rows.slice(offset, offset + limit);
}
