import type { IncomingMessage } from 'node:http';
import { targetOf } from './apig-event.js';
import type { GatewayResponse } from './apig-response.js';
import { readBody } from './http-body.js';
import type { InvokeResult } from './invoke-result.js';
import { largestEvent } from './limits.js';
import type { Platform } from './start-platform.js';

/** What the routes below `/_local/` show and do. */
export interface LocalView {
  readonly platform: Pick<Platform, 'timers' | 'invoke' | 'fireTimer'>;
  readonly ready: () => boolean;
  readonly describeFunctions: () => unknown;
  readonly reportLines: () => readonly string[];
}

/** True for the routes that are not the gateway's. */
export function isLocalPath(path: string): boolean {
  return path.startsWith('/_local/');
}

/**
 * `/_local/…`: what runs here, and direct invocations. Refuses requests that a web page can cause: one whose Host is not a
 * loopback name (DNS rebinding), or that comes from another origin.
 */
export async function serveLocal(request: IncomingMessage, view: LocalView): Promise<GatewayResponse> {
  if (!isLoopback(request.headers.host) || !isOwnOrigin(request.headers.origin)) {
    return json(403, { error: 'Only for this machine: call it by localhost or 127.0.0.1, and not from a web page.' });
  }
  const { path } = targetOf(request);
  const [, , what = '', name = '', action = ''] = path.split('/').map(decode);
  switch (`${request.method} ${[what, name && 'NAME', action].filter(Boolean).join('/')}`) {
    case 'GET health':
      return view.ready() ? json(200, { status: 'ok' }) : json(503, { status: 'starting' });
    case 'GET functions':
      return json(200, { functions: view.describeFunctions() });
    case 'GET timers':
      return json(200, { timers: view.platform.timers() });
    case 'GET invocations':
      return json(200, { invocations: view.reportLines() });
    case 'POST timers/NAME/fire':
      return guarded(() => view.platform.fireTimer(name));
    case 'POST functions/NAME/invoke': {
      const event = await readBody(request, largestEvent);
      if (!event) return json(413, { error: `An event has at most ${largestEvent} bytes.` });
      return guarded(() => view.platform.invoke(name, event, 'direct'));
    }
    default:
      return json(404, {
        error:
          'Unknown. There are GET health, functions, timers, invocations; POST timers/NAME/fire, functions/NAME/invoke.',
      });
  }
}

/** The result of an invocation; an unknown name is the one thing that throws. */
async function guarded(invoke: () => Promise<InvokeResult>): Promise<GatewayResponse> {
  try {
    const { body, ...result } = await invoke();
    return json(200, { ...result, payload: body.toString() });
  } catch (error) {
    return json(404, { error: error instanceof Error ? error.message : String(error) });
  }
}

function json(status: number, body: unknown): GatewayResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(`${JSON.stringify(body, null, 2)}\n`),
  };
}

function isOwnOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && isLoopback(new URL(origin).host);
}

function isLoopback(host: string | undefined): boolean {
  const name = host?.replace(/:\d*$/, '') ?? '';
  return ['localhost', '127.0.0.1', '[::1]'].includes(name.toLowerCase());
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
