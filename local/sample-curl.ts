import { readFileSync } from 'node:fs';
import { filledPath } from '../serverless/route-path.js';
import { signatureHeaders } from './cloud/push.js';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** A command that calls a route of this machine with the sample of `events/`, ready to paste in the project's folder. */
export function curlFor(functionName: string, route: Route, url: string, pushToken?: string): string {
  const direct = `events/${functionName}.direct.json`;
  const { path, query } = targetOf(route, direct);
  if (route.method === 'GET') return `curl -s '${url}${path}${query}'`;
  const headers = { 'content-type': 'application/json', ...pushHeaders(functionName, pushToken) };
  const options = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`);
  return `curl -s ${url}${path} ${options.join(' ')} -d @${direct}`;
}

/** The headers that the receiver of pushes asks for where a token is set. They fit any body, and do not age. */
export function pushHeaders(functionName: string, pushToken: string | undefined): Record<string, string> {
  if (functionName !== 'receive-batchtask' || !pushToken) return {};
  return signatureHeaders(pushToken, '1795227300250', 'c2FtcGxlbm9uY2U');
}

/** The path of a route with a sample input in it, and the rest of the input as a query: `?a=b`, or nothing. */
export function targetOf(route: Pick<Route, 'path'>, directSample: string): { path: string; query: string } {
  const { path, rest } = filledPath(route.path, JSON.parse(readFileSync(directSample, 'utf8')));
  const query = new URLSearchParams(
    Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return { path, query: query === '' ? '' : `?${query}` };
}
