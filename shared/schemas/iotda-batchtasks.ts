import * as z from 'zod/mini';
import { replyObject, rows, text } from './lenient.js';
import { isRecord } from './rules.js';

/** A batch task of IoTDA's REST pages, read leniently; its states are spelt as those of a push. */
export const restBatchtask = z.looseObject({
  task_id: text,
  app_id: text,
  task_type: text,
  status: text,
  status_desc: text,
});
export type RestBatchtask = z.infer<typeof restBatchtask>;

/** The 200 body of ShowBatchTask; sub-tasks are left out. */
export const shownBatchtask = replyObject((body) => ({
  batchtask: isRecord(body.batchtask) ? restBatchtask.parse(body.batchtask) : undefined,
}));

/** The 200 body of ListBatchTasks. */
export const listedBatchtasks = replyObject((body) => ({ batchtasks: rows(restBatchtask, body.batchtasks).items }));
