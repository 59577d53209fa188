import { type AsyncConfig, defaultAsyncConfig } from '../../../local/functiongraph/async-config.js';
import { AsyncInvocations } from '../../../local/functiongraph/async-invocations.js';
import type { InvokeResult } from '../../../local/functiongraph/invoke-result.js';
import { ManualClock } from './manual-clock.js';

/** How an attempt ends. */
export type End = Partial<InvokeResult> | Error;

export const done: End = { ok: true, body: Buffer.from('"done"') };
export const boom: End = {
  ok: false,
  failure: 'function',
  errorCode: 4002,
  body: Buffer.from('{"errorMessage":"boom","errorType":"TypeError"}'),
};
export const killed: End = {
  ok: false,
  failure: 'killed',
  body: Buffer.from('{"errorMessage":"the instance was ended by SIGKILL.","errorType":"InstanceEnded"}'),
};

export const urn = (name: string) => `urn:fss:cn-north-4:p:function:default:${name}:latest`;
export const toFunction = (name: string) => ({
  destination: 'FunctionGraph',
  param: JSON.stringify({ func_urn: urn(name) }),
});

/** The promises that are settled now have called back afterwards. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose attempts end as the test says, in turn or by hand. */
export function startQueue(config: Partial<AsyncConfig> = {}, mostAtOnce = 2) {
  const clock = new ManualClock();
  const attempts: { name: string; event: string; requestId: string; trigger: string; at: number }[] = [];
  const ends: ((end: End) => void)[] = [];
  const reports: string[] = [];
  const queue = new AsyncInvocations({
    run: (name, event, requestId, trigger) => {
      attempts.push({ name, event: Buffer.from(event).toString(), requestId, trigger, at: clock.now() });
      return new Promise((resolve, reject) => {
        ends.push((end) =>
          end instanceof Error
            ? reject(end)
            : resolve({
                requestId,
                body: Buffer.of(),
                log: [],
                durationMs: 1,
                cold: false,
                memoryMb: 0,
                ok: true,
                ...end,
              }),
        );
      });
    },
    clock,
    configOf: (name) => (name === 'first' ? { ...defaultAsyncConfig, ...config } : defaultAsyncConfig),
    mostAtOnce: () => mostAtOnce,
    urnOf: urn,
    nameOf: (text) => ['first', 'second'].find((name) => urn(name) === text),
    zone: 'Asia/Shanghai',
    report: (line) => reports.push(line),
  });
  const end = async (how: End) => {
    ends.shift()?.(how);
    await turn();
  };
  const submit = (event: string) => queue.submit('first', Buffer.from(event));
  return {
    clock,
    queue,
    attempts,
    reports,
    end,
    submit,
    status: () => queue.list('first').map(({ status }) => status),
  };
}
