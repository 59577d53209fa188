import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

/** A function as the double keeps it. `secrets` is what no reply shows. */
export interface KeptFunction {
  readonly config: Json;
  secrets: string;
  triggers: Json[];
  asyncInvoke: Json | undefined;
}

export interface DoubleOptions {
  /** What the platform calls a zip; its SHA-512 by default, as documented. */
  readonly digestOf?: (zip: Buffer) => string;
  /** Asked before each call: what to do instead. `lost` does it and closes the connection; a number answers with that status. */
  readonly fault?: (call: string) => 'lost' | 'reset' | number | undefined;
  /** False: lists show no variables. */
  readonly listsVariables?: boolean;
}

export interface Double {
  readonly url: string;
  readonly functions: Map<string, KeptFunction>;
  /** `METHOD PATH` of each call but those that only read. */
  readonly writes: string[];
  readonly calls: string[];
  close(): Promise<void>;
}

/**
 * FunctionGraph's management API in memory: the same paths and fields, no rules and no signatures. For what the emulated cloud does not do:
 * digests of another kind, answers that are lost at a chosen call.
 */
export async function startDouble(options: DoubleOptions = {}): Promise<Double> {
  const functions = new Map<string, KeptFunction>();
  const writes: string[] = [];
  const calls: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').replace(/^\/v2\/[^/]+\/fgs\//, '');
    const call = `${request.method} ${path.replace(/urn:fss:[^/]*:function:default:([\w-]+)(:latest)?/, '$1')}`;
    calls.push(call);
    if (request.method !== 'GET') writes.push(call);
    const fault = options.fault?.(call);
    if (fault === 'reset') return request.socket.destroy();
    if (typeof fault === 'number') return send(response, fault, { error_code: 'FSS.0500', error_msg: 'as told' });
    const { status, body } = serve(functions, options, request.method ?? '', path, text === '' ? {} : JSON.parse(text));
    if (fault === 'lost') return request.socket.destroy();
    return send(response, status, body);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    functions,
    writes,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(body === undefined ? '' : JSON.stringify(body));
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

const missing: Answer = { status: 404, body: { error_code: 'FSS.1051', error_msg: 'Not found the function' } };

/** What the API answers to a call. @param path behind `/v2/{project_id}/fgs/` */
export function serve(
  functions: Map<string, KeptFunction>,
  options: DoubleOptions,
  method: string,
  path: string,
  body: Json,
): Answer {
  const [kind, urn = '', ...rest] = path.split('/');
  const key = urn.split(':').slice(0, 7).join(':');
  if (kind === 'functions' && urn === '')
    return method === 'POST' ? create(functions, options, body) : list(functions, options);
  const fn = functions.get(key);
  if (!fn) return missing;
  if (kind === 'triggers') return serveTriggers(fn, method, rest, body);
  if (rest[0] === 'async-invoke-config') return serveAsync(fn, method, body);
  if (rest[0] === 'code') Object.assign(fn.config, codeOf(body, options));
  if (rest[0] === 'config' && method === 'PUT') {
    const { encrypted_user_data, ...shown } = body;
    Object.assign(fn.config, shown);
    if (typeof encrypted_user_data === 'string') fn.secrets = encrypted_user_data;
  }
  if (rest[0] === undefined && method === 'DELETE') {
    functions.delete(key);
    return { status: 204 };
  }
  return { status: 200, body: fn.config };
}

function create(functions: Map<string, KeptFunction>, options: DoubleOptions, body: Json): Answer {
  const { func_code: _code, encrypted_user_data, ...shown } = body;
  const urn = `urn:fss:cn-north-4:0123456789abcdef0123456789abcdef:function:${body.package}:${body.func_name}`;
  if (functions.has(urn))
    return { status: 409, body: { error_code: 'FSS.1061', error_msg: 'The function already exists.' } };
  const config = { func_urn: `${urn}:latest`, ...shown, ...codeOf(body, options) };
  functions.set(urn, { config, secrets: String(encrypted_user_data ?? '{}'), triggers: [], asyncInvoke: undefined });
  return { status: 200, body: config };
}

function codeOf(body: Json, { digestOf = sha512 }: DoubleOptions): Json {
  const zip = Buffer.from(String((body.func_code as Json).file), 'base64');
  return { code_filename: body.code_filename, code_size: zip.length, digest: digestOf(zip) };
}

function sha512(zip: Buffer): string {
  return createHash('sha512').update(zip).digest('hex');
}

function list(functions: Map<string, KeptFunction>, { listsVariables = true }: DoubleOptions): Answer {
  const rows = [...functions.values()].map(({ config: { user_data, ...row } }) =>
    listsVariables ? { ...row, user_data } : row,
  );
  return { status: 200, body: { functions: rows, next_marker: 0, count: rows.length } };
}

function serveTriggers(fn: KeptFunction, method: string, [type, id]: string[], body: Json): Answer {
  const found = fn.triggers.find((trigger) => trigger.trigger_id === id && trigger.trigger_type_code === type);
  if (method === 'GET') return { status: 200, body: fn.triggers };
  if (method === 'POST') {
    const trigger = { trigger_id: randomUUID(), ...body };
    fn.triggers.push(trigger);
    return { status: 201, body: trigger };
  }
  if (!found) return missing;
  if (method === 'PUT') Object.assign(found, body);
  else fn.triggers = fn.triggers.filter((trigger) => trigger !== found);
  return { status: method === 'PUT' ? 200 : 204, body: method === 'PUT' ? found : undefined };
}

function serveAsync(fn: KeptFunction, method: string, body: Json): Answer {
  if (method === 'PUT') fn.asyncInvoke = body;
  if (method === 'DELETE') fn.asyncInvoke = undefined;
  return fn.asyncInvoke ? { status: 200, body: fn.asyncInvoke } : method === 'DELETE' ? { status: 204 } : missing;
}
