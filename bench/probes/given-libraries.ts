import { createHash, createHmac } from 'node:crypto';
import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import { Pool } from 'undici';
import * as z from 'zod/mini';

const input = z.strictObject({ limit: z.optional(z.int().check(z.minimum(1), z.maximum(100))) });
const reply = z.looseObject({ count: z.number(), invocations: z.array(z.looseObject({ invocation_id: z.string() })) });

let pool: Pool | undefined;

/**
 * The least that the libraries of this project allow: the same call through middy and its body parser, undici as our bundles carry it, one
 * signature and a zod schema each for input and reply. No rule of the clouds, no deadline, no error in words, no log and nothing blotted out.
 */
async function list(event: unknown): Promise<unknown> {
  const { limit } = input.parse(event);
  pool ??= new Pool(process.env.CES_ENDPOINT ?? '', { headersTimeout: 0, bodyTimeout: 0 });
  const path = `/v3/${process.env.HUAWEICLOUD_SDK_PROJECT_ID}/agent-invocations`;
  const headers = signed(new URL(process.env.CES_ENDPOINT ?? '').host, path, `limit=${limit}`);
  return reply.parse(JSON.parse(await textOf(pool, { method: 'GET', path: `${path}?limit=${limit}`, headers })));
}

function signed(host: string, path: string, query: string): Record<string, string> {
  const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const names = 'host;x-sdk-date';
  const nothing = createHash('sha256').digest('hex');
  const canonical = `GET\n${path}/\n${query}\nhost:${host}\nx-sdk-date:${date}\n\n${names}\n${nothing}`;
  const toSign = `SDK-HMAC-SHA256\n${date}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const signature = createHmac('sha256', process.env.HUAWEICLOUD_SDK_SK ?? '')
    .update(toSign)
    .digest('hex');
  const access = `SDK-HMAC-SHA256 Access=${process.env.HUAWEICLOUD_SDK_AK}, SignedHeaders=${names}`;
  return { host, 'x-sdk-date': date, authorization: `${access}, Signature=${signature}`, accept: 'application/json' };
}

function textOf(from: Pool, request: Parameters<Pool['dispatch']>[0]): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    from.dispatch(request, {
      onConnect: () => undefined,
      onHeaders: () => true,
      onData: (chunk) => chunks.push(chunk) > 0,
      onComplete: () => resolve(Buffer.concat(chunks).toString()),
      onError: reject,
    });
  });
}

const pipeline = middy(list, { timeoutEarlyInMillis: 0 }).use(httpJsonBodyParser({ disableContentTypeError: true }));

export function handler(event: unknown, context: unknown): Promise<unknown> {
  return pipeline(event as never, context as never) as Promise<unknown>;
}
