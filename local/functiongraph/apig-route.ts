import type { ServiceFunction, ServiceRoute } from '../../serverless/service-file.js';

/** The route of a request, and what stands in its path. */
export interface MatchedRoute {
  readonly functionName: string;
  readonly route: ServiceRoute;
  /** Values of the route's `{name}` segments; the remainder below a prefix stands under the key "" (event page). */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds the active route of a method and path. The path itself wins over one with parameters, and that over a prefix; of several, one
 * whose first differing segment is spelt out, then the longer one.
 */
export function matchRoute(
  functions: readonly ServiceFunction[],
  method: string,
  path: string,
): MatchedRoute | undefined {
  const found = functions
    .flatMap((fn) => fn.routes.map((route) => ({ functionName: fn.name, route })))
    .filter(({ route }) => route.active && (route.method === 'ANY' || route.method === method))
    .flatMap((candidate) => {
      const match = matchPath(candidate.route, path);
      return match ? [{ ...candidate, pathParameters: match.parameters, rank: match.rank }] : [];
    });
  return found.sort((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)))[0];
}

/** What a match says: its parameters, and a text by which the nearest route sorts first. */
interface PathMatch {
  readonly parameters: Readonly<Record<string, string>>;
  readonly rank: string;
}

function matchPath(route: ServiceRoute, path: string): PathMatch | undefined {
  const segments = path.split('/');
  const wanted = route.path.split('/');
  const whole = segments.length === wanted.length ? matchSegments(wanted, segments) : undefined;
  if (whole || route.matchMode !== 'SWA') return whole;

  const prefix = route.path.replace(/\/$/, '').split('/');
  const start = segments.length > prefix.length ? matchSegments(prefix, segments) : undefined;
  if (!start) return undefined;
  const rest = segments.slice(prefix.length).join('/');
  return { parameters: { ...start.parameters, ...(rest === '' ? {} : { '': rest }) }, rank: `2${start.rank}` };
}

function matchSegments(wanted: readonly string[], segments: readonly string[]): PathMatch | undefined {
  const parameters: Record<string, string> = {};
  let rank = '';
  for (const [i, want] of wanted.entries()) {
    const [, name] = /^\{(\w+)\}$/.exec(want) ?? [];
    const segment = segments[i] ?? '';
    if (name === undefined ? segment !== want : segment === '') return undefined;
    if (name !== undefined) parameters[name] = decoded(segment);
    rank += name === undefined ? '0' : '1';
  }
  // Beyond its end a shorter prefix sorts behind a longer one.
  return { parameters, rank: `${rank}9` };
}

/** What cannot be decoded stays as it came; the function says what is wrong with it. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
