/** Where the effect of a write can be seen, by the cloud's own operation name. Completes "look whether it took effect …". */
const places: Readonly<Record<string, string>> = {
  BatchCreateAgentInvocations:
    'list the tasks of these instance ids (ListAgentInvocations with instance_id) and compare their create_time',
  CreateBatchJob: 'look for a job of this name in IEF, the newest first',
  InvokeFunction: 'look into the log of the function for this request, and at what it should have done',
  AsyncInvokeFunction: 'list the asynchronous invocations of the function',
  BatchStartOrStopTasks: 'look at the state of these tasks in ROMA Connect',
};

/** What to do after a write whose outcome is unknown: a sentence without its end. */
export function whereToLook(operation: string): string {
  const place = Object.hasOwn(places, operation) ? `: ${places[operation]}` : '';
  return `look whether it took effect before calling again${place}`;
}
