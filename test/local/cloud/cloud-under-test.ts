import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { request } from 'node:http';
import { localAccount } from '../../../local/cloud/account.js';
import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud/start-cloud.js';

/** What a test sends; signed with the local account unless it says otherwise. */
export interface TestCall {
  readonly method?: string;
  /** Raw request target. */
  readonly target: string;
  /** Sent as JSON, a string as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly unsigned?: true;
  readonly ak?: string;
  readonly sk?: string;
  readonly securityToken?: string;
  /** Moment of signing, epoch ms. */
  readonly at?: number;
  /** Derived signing with this scope's region. */
  readonly v11Region?: string;
}

export interface TestReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON, {} where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: replies are looked into freely by tests
  readonly json: any;
}

export const project = localAccount.project;

/** A cloud on a free port. */
export function startTestCloud(options: Partial<CloudOptions> = {}): Promise<Cloud> {
  return startCloud({ port: 0, ...options });
}

/** Sends one call over HTTP. Rejects where the connection breaks. */
export function send(cloud: Cloud, call: TestCall): Promise<TestReply> {
  const method = call.method ?? (call.body === undefined ? 'GET' : 'POST');
  const text = call.body === undefined || typeof call.body === 'string' ? (call.body ?? '') : JSON.stringify(call.body);
  const body = Buffer.from(text);
  const headers = call.unsigned ? { ...call.headers } : signed(cloud, call, method, body);
  const options = { method, headers: { ...headers, 'content-length': body.length }, path: call.target, agent: false };
  return new Promise((resolve, reject) => {
    const sent = request(cloud.url, options, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('error', reject);
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () => {
        if (!reply.complete) return reject(new Error('the reply was cut'));
        const received = Buffer.concat(chunks).toString();
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text: received, json: parse(received) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** A signer of the tests' own, so that the verifier is checked by neither itself nor the project's client. */
function signed(cloud: Cloud, call: TestCall, method: string, body: Buffer): Record<string, string> {
  const { ak = localAccount.ak, sk = localAccount.sk } = call;
  const date = `${new Date(call.at ?? Date.now()).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const headers: Record<string, string> = {
    host: new URL(cloud.url).host,
    'x-sdk-date': date,
    ...(call.securityToken === undefined ? {} : { 'x-security-token': call.securityToken }),
    ...call.headers,
  };
  const names = ['host', 'x-sdk-date', ...(call.securityToken === undefined ? [] : ['x-security-token'])];
  const [path = '', query = ''] = call.target.split('?');
  const canonical = [
    method,
    `${path.split('/').map(strict).join('/')}/`.replace(/\/\/$/, '/'),
    query
      .split('&')
      .filter(Boolean)
      .map((pair) => pair.split('=').map(strict).join('='))
      .sort()
      .join('&'),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  headers.authorization =
    call.v11Region === undefined
      ? `SDK-HMAC-SHA256 Access=${ak}, SignedHeaders=${names.join(';')}, Signature=${hmac(sk, `SDK-HMAC-SHA256\n${date}\n${hash}`)}`
      : derived(ak, sk, date, `${date.slice(0, 8)}/${call.v11Region}/iotdm`, names, hash);
  return headers;
}

function derived(ak: string, sk: string, date: string, scope: string, names: readonly string[], hash: string): string {
  const key = Buffer.from(hkdfSync('sha256', sk, ak, scope, 32)).toString('hex');
  const signature = hmac(key, `V11-HMAC-SHA256\n${date}\n${scope}\n${hash}`);
  return `V11-HMAC-SHA256 Credential=${ak}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

function strict(segment: string): string {
  return encodeURIComponent(decodeURIComponent(segment)).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
