import { readFileSync } from 'node:fs';
import { signatureHeaders } from './cloud/push.js';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** A command that calls a route of this machine with the sample of `events/`, ready to paste in the project's folder. */
export function curlFor(functionName: string, route: Route, url: string, pushToken?: string): string {
  const direct = `events/${functionName}.direct.json`;
  if (route.method === 'GET') return `curl -s '${url}${route.path}?${queryOf(direct)}'`;
  const headers = { 'content-type': 'application/json', ...pushHeaders(functionName, pushToken) };
  const options = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`);
  return `curl -s ${url}${route.path} ${options.join(' ')} -d @${direct}`;
}

/** The headers that the receiver of pushes asks for where a token is set. They fit any body, and do not age. */
export function pushHeaders(functionName: string, pushToken: string | undefined): Record<string, string> {
  if (functionName !== 'receive-batchtask' || !pushToken) return {};
  return signatureHeaders(pushToken, '1795227300250', 'c2FtcGxlbm9uY2U');
}

/** The sample input as a query string. */
export function queryOf(directSample: string): string {
  const input = JSON.parse(readFileSync(directSample, 'utf8')) as Record<string, unknown>;
  return new URLSearchParams(
    Object.entries(input).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}
