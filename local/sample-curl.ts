import { readFileSync } from 'node:fs';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** A command that calls a route of this machine with the sample of `events/`, ready to paste in the project's folder. */
export function curlFor(functionName: string, route: Route, url: string): string {
  const direct = `events/${functionName}.direct.json`;
  if (route.method === 'GET') return `curl -s '${url}${route.path}?${queryOf(direct)}'`;
  const headers = { 'content-type': 'application/json', ...signatureHeaders(functionName) };
  const options = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`);
  return `curl -s ${url}${route.path} ${options.join(' ')} -d @${direct}`;
}

/** The sample input as a query string. */
export function queryOf(directSample: string): string {
  const input = JSON.parse(readFileSync(directSample, 'utf8')) as Record<string, unknown>;
  return new URLSearchParams(
    Object.entries(input).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}

/** A push is signed in three headers: those of the sample fit any body, because IoTDA's signature does not cover it. */
export function signatureHeaders(functionName: string): Record<string, string> {
  const { headers } = JSON.parse(readFileSync(`events/${functionName}.apig.json`, 'utf8')) as {
    headers: Record<string, string>;
  };
  const { timestamp, nonce, signature } = headers;
  return timestamp && nonce && signature ? { timestamp, nonce, signature } : {};
}
