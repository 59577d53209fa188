import type { IncomingMessage } from 'node:http';

/** The whole body of a request, or undefined where it is longer than `most` bytes: the rest is then read and dropped. */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop would tear the connection down before the caller has its answer.
    if (length > most) chunks = [];
    else chunks.push(chunk);
  }
  return length > most ? undefined : Buffer.concat(chunks);
}
