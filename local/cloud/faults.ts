import * as z from 'zod/mini';
import { gatewayError, type Reply } from './cloud-operation.js';
import { documentedLimit, throttledText } from './throttle.js';

/** The body of `POST /_local/faults`: what to do to the next calls of an operation, instead of a proper answer. */
export const faultSchema = z
  .strictObject({
    /** `service.operation`, or `*` for any. */
    operation: z.string().check(z.minLength(1)),
    /** How many calls it strikes, 1 by default. */
    times: z.optional(z.union([z.literal('unlimited'), z.int().check(z.minimum(1))])),
    status: z.optional(z.int().check(z.minimum(200), z.maximum(599))),
    headers: z.optional(
      z.record(z.string().check(z.regex(/^[A-Za-z0-9-]+$/)), z.string().check(z.regex(/^[\t\x20-\x7e\x80-\xff]*$/))),
    ),
    /** Any JSON value. */
    body: z.optional(z.unknown()),
    /** An HTML page, as a proxy in front of the cloud would send. */
    html: z.optional(z.literal(true)),
    /** Waits before anything else is done. */
    delay_ms: z.optional(z.int().check(z.minimum(0), z.maximum(600_000))),
    /** `before` does nothing, `after-effect` does the operation, `mid-body` sends half of the reply; then it resets. */
    reset: z.optional(z.enum(['before', 'mid-body', 'after-effect'])),
    /** Half of the reply's JSON, with a Content-Length that fits it. */
    truncate: z.optional(z.literal(true)),
    /** The reply's status without its body. */
    empty: z.optional(z.literal(true)),
  })
  .check(
    z.refine((fault) => Object.keys(fault).some((key) => key !== 'operation' && key !== 'times'), {
      message: 'a fault needs at least one of status, headers, body, html, delay_ms, reset, truncate, empty',
    }),
  );

export type Fault = z.infer<typeof faultSchema>;

/** How a reply leaves: whole, cut by a closed connection, or not at all. */
export type Ending = 'whole' | 'mid-body' | 'none';

/** The faults that wait for calls. */
export interface Faults {
  add(fault: Fault): void;
  /** The first fault that fits; it is used up once. */
  take(operation: string): Fault | undefined;
  /** Those still waiting, each with how many calls it will still strike. */
  list(): readonly Fault[];
  clear(): void;
}

export function createFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add(fault) {
      waiting.push({ ...fault, times: fault.times ?? 1 });
    },
    take(operation) {
      const fault = waiting.find((one) => one.operation === operation || one.operation === '*');
      if (fault && typeof fault.times === 'number') {
        fault.times -= 1;
        waiting = waiting.filter((one) => one.times !== 0);
      }
      return fault;
    },
    list: () => waiting,
    clear() {
      waiting = [];
    },
  };
}

/**
 * Does what the fault says. `serve` runs the real operation; it is called at most once, and only where the fault does
 * not bring a reply of its own (`status`, `body`, `html`), or where the effect is wanted (`after-effect`).
 */
export async function applyFault(
  fault: Fault,
  requestId: string,
  serve: () => Promise<Reply>,
  sleep: (ms: number) => Promise<void>,
): Promise<{ readonly reply: Reply; readonly ending: Ending }> {
  if (fault.delay_ms) await sleep(fault.delay_ms);
  if (fault.reset === 'before') return { reply: { status: 0 }, ending: 'none' };
  if (fault.reset === 'after-effect') return { reply: await serve(), ending: 'none' };
  const own = ownReply(fault, requestId);
  const reply = withHeaders(own ?? (await serve()), fault.headers);
  if (fault.reset === 'mid-body') return { reply, ending: 'mid-body' };
  if (fault.empty) return { reply: { ...reply, body: undefined }, ending: 'whole' };
  if (fault.truncate) return { reply: { ...reply, body: half(reply.body) }, ending: 'whole' };
  return { reply, ending: 'whole' };
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>> | undefined): Reply {
  return headers ? { ...reply, headers: { ...reply.headers, ...headers } } : reply;
}

function ownReply(fault: Fault, requestId: string): Reply | undefined {
  if (fault.html) {
    const status = fault.status ?? 502;
    const page = `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>\r\n`;
    return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from(page) };
  }
  if ('body' in fault) return { status: fault.status ?? 200, body: fault.body };
  return fault.status === undefined ? undefined : gatewayReply(fault.status, requestId);
}

const gatewayTexts: Readonly<Record<number, readonly [string, string]>> = {
  401: ['APIGW.0301', 'Incorrect IAM authentication information: Unauthorized'],
  403: ['APIGW.0302', 'The IAM user is not authorized to access the API'],
  404: ['APIGW.0101', 'The API does not exist or has not been published in the environment'],
  429: ['APIGW.0308', throttledText(documentedLimit)],
  502: ['APIGW.0610', 'No backend available'],
  503: ['APIGW.0613', 'IAM is unavailable'],
  504: ['APIGW.0201', 'Backend timeout'],
};

/** What the gateway itself says with this status (signing guide, gateway errors). */
function gatewayReply(status: number, requestId: string): Reply {
  if (status < 300) return { status, body: {} };
  const [code, text] = gatewayTexts[status] ?? ['APIGW.0601', 'Internal server error'];
  return gatewayError(status, code, text, requestId);
}

function half(body: unknown): Buffer {
  const whole = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body ?? {}));
  return whole.subarray(0, Math.ceil(whole.length / 2));
}
