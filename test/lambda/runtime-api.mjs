import { createServer } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';

const prefix = '/2018-06-01/runtime';
const accepted = JSON.stringify({ status: 'OK' });

/**
 * Lambda's Runtime API for one instance (AWS Lambda developer guide, "Using the Lambda runtime API"): hands out one event at a
 * time, and takes its response or error.
 *
 * @typedef {{ kind: 'response' | 'error' | 'ended' | 'late', body: unknown, headers: import('node:http').IncomingHttpHeaders }} Outcome
 */
export class RuntimeApi {
  #server = createServer((request, response) => this.#answer(request, response));
  #queue = [];
  #waiting = undefined;
  #pending = new Map();
  #count = 0;
  /** What the instance said about a failed start, if it did. */
  initError = undefined;

  /** @returns {Promise<string>} host and port, as AWS_LAMBDA_RUNTIME_API wants them */
  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${this.#server.address().port}`;
  }

  /**
   * Invokes the function, and waits one second beyond its deadline.
   * @param {unknown} event
   * @param {number} timeoutMs how long it may take
   * @returns {Promise<Outcome>}
   */
  async invoke(event, timeoutMs) {
    const id = `00000000-0000-4000-8000-${String(++this.#count).padStart(12, '0')}`;
    const outcome = new Promise((resolve) => this.#pending.set(id, resolve));
    this.#queue.push({ id, event, deadline: Date.now() + timeoutMs });
    this.#handOut();
    const late = new AbortController();
    const tooLate = after(timeoutMs + 1000, { kind: 'late', body: undefined, headers: {} }, { signal: late.signal });
    tooLate.catch(() => undefined);
    try {
      return await Promise.race([outcome, tooLate]);
    } finally {
      late.abort();
      this.#pending.delete(id);
    }
  }

  /** The instance is gone: nobody will answer any more. */
  end() {
    for (const resolve of this.#pending.values()) resolve({ kind: 'ended', body: this.initError, headers: {} });
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handOut() {
    if (!this.#waiting || this.#queue.length === 0) return;
    const { id, event, deadline } = this.#queue.shift();
    const headers = {
      'Lambda-Runtime-Aws-Request-Id': id,
      'Lambda-Runtime-Deadline-Ms': String(deadline),
      'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:sa-east-1:123456789012:function:sample',
      'Lambda-Runtime-Trace-Id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
      'Content-Type': 'application/json',
    };
    this.#waiting.writeHead(200, headers).end(JSON.stringify(event));
    this.#waiting = undefined;
  }

  async #answer(request, response) {
    const { method, url, headers } = request;
    if (method === 'GET' && url === `${prefix}/invocation/next`) {
      this.#waiting = response;
      this.#handOut();
      return;
    }
    const text = await textOf(request);
    response.writeHead(202, { 'Content-Type': 'application/json' }).end(accepted);
    if (url === `${prefix}/init/error`) {
      this.initError = JSON.parse(text);
      return;
    }
    const [, id, kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
    this.#pending.get(id)?.({ kind, body: text === '' ? undefined : JSON.parse(text), headers });
  }
}

async function textOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
