import * as z from 'zod/mini';
import { number, text } from './lenient.js';

/** The 200 body of a synchronous invocation in form v1: `result` is what the function returned, as text; `status` is 200, or 500 for a failed function. */
export const invokeReply = z.looseObject({ request_id: text, result: text, log: text, status: number });

/** The 202 body of an asynchronous invocation. */
export const invokeAsyncReply = z.looseObject({ request_id: text });
