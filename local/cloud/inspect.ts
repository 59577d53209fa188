import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { checkInput } from '../../shared/schemas/check-input.js';
import type { Authenticator } from './authenticate.js';
import { type CloudOperation, parseJson } from './cloud-operation.js';
import { type Faults, faultSchema } from './faults.js';
import { masked } from './mask.js';
import type { Persistence } from './persistence.js';
import type { Pusher } from './push.js';
import type { RequestLog } from './request-log.js';
import { emptyState, fillState, toSnapshot } from './state.js';
import { strangerOf } from './stranger.js';
import { type Throttle, throttleSchema } from './throttle.js';
import type { Tokens } from './tokens.js';
import { readWire } from './wire.js';
import type { World } from './world.js';

type Env = { Bindings: HttpBindings };

/** What `/_local/` shows and turns. */
export interface InspectParts {
  readonly world: World;
  readonly operations: readonly CloudOperation[];
  readonly tokens: Tokens;
  readonly authenticator: Authenticator;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly requests: RequestLog;
  readonly pusher: Pusher;
  readonly persistence: Persistence;
  /** Moves the life-cycles' clock on, in ms, with all that this makes due. */
  readonly advance: (ms: number) => void;
  /** Puts back what the starter of the cloud had set up in it. */
  readonly afterReset: () => void;
}

const clockSchema = z.strictObject({ advance_ms: z.int().check(z.minimum(0), z.maximum(366 * 86_400_000)) });

/** The windows and levers of the emulator, without authentication: hence only for this machine. */
export function mountInspect(app: Hono<Env>, parts: InspectParts): void {
  const { world, faults, throttle, requests, pusher, persistence } = parts;
  const names = [...parts.operations.map(({ name }) => name), 'unknown', '*'];
  app.use('/_local/*', async (c, next) => {
    const { host, origin } = c.env.incoming.headers;
    const stranger = strangerOf(host, origin);
    return stranger === undefined ? next() : c.json({ error: stranger }, 403);
  });
  app.get('/_local/health', (c) =>
    c.json({ status: 'ok', project: world.account.project, region: world.account.region, operations: names }),
  );
  app.get('/_local/state', (c) => c.json(masked({ ...toSnapshot(world.state), pushes: pusher.report() }) as object));
  app.get('/_local/requests', (c) => {
    const limit = Number(c.req.query('limit') ?? 500);
    return c.json({ requests: requests.last(Number.isInteger(limit) ? limit : 500) });
  });
  app.delete('/_local/requests', (c) => {
    requests.clear();
    return c.body(null, 204);
  });
  app.get('/_local/faults', (c) => c.json({ faults: faults.list() }));
  app.post('/_local/faults', (c) =>
    withBody(
      c,
      faultSchema,
      (fault) => {
        const wrong = unknownOperation(fault.operation, names);
        if (!wrong) faults.add(fault);
        return wrong;
      },
      201,
    ),
  );
  app.delete('/_local/faults', (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  app.get('/_local/throttle', (c) => c.json({ limits: throttle.limits() }));
  app.put('/_local/throttle', (c) =>
    withBody(c, throttleSchema, ({ operation, ...limit }) => {
      const wrong = unknownOperation(operation, names);
      if (!wrong) throttle.set(operation, limit);
      return wrong;
    }),
  );
  app.post('/_local/clock', (c) =>
    withBody(c, clockSchema, async ({ advance_ms }) => {
      parts.advance(advance_ms);
      await persistence.save();
      return { now: new Date(world.now()).toISOString() };
    }),
  );
  app.post('/_local/reset', async (c) => {
    reset(parts);
    await persistence.save();
    return c.body(null, 204);
  });
  app.all('/_local/*', (c) => c.json({ error: `There is no ${c.req.method} ${c.req.path} here` }, 404));
}

/** Everything back to the start: resources, credentials, faults, throttles, locks, clock and log. Functions stay deployed. */
function reset(parts: InspectParts): void {
  const { world, tokens, authenticator, faults, throttle, requests, pusher } = parts;
  pusher.clear();
  fillState(world.state, { ...toSnapshot(emptyState()), functions: [...world.state.functions.values()] });
  for (const part of [tokens, authenticator, faults, throttle, requests]) part.clear();
  parts.afterReset();
}

/** Checks a JSON body; a wrong one is told field by field. `use` may answer with more to say, or with what is wrong. */
async function withBody<Schema extends z.ZodMiniType>(
  c: Context<Env>,
  schema: Schema,
  use: (value: z.output<Schema>) => object | undefined | Promise<object | undefined>,
  status: 200 | 201 = 200,
): Promise<Response> {
  const wire = await readWire(c.env.incoming);
  const checked = checkInput(schema, parseJson(wire?.body ?? Buffer.alloc(0)));
  const answer = checked.ok ? await use(checked.value) : { errors: checked.errors };
  if (answer === undefined || !('errors' in answer)) return c.json({ ok: true, ...answer }, status);
  return c.json({ error: 'The body is not what this address takes', ...answer }, 400);
}

/** A lever on an operation that does not exist would never be noticed. */
function unknownOperation(operation: string, names: readonly string[]): object | undefined {
  if (names.includes(operation)) return undefined;
  return { errors: [{ path: 'operation', message: `is not known; known are ${names.join(', ')}` }] };
}
