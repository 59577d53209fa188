import type { ServiceFunction, ServiceRoute } from '../../serverless/service-file.js';

/** The route of a request, and what a prefix route leaves of the path. */
export interface MatchedRoute {
  readonly functionName: string;
  readonly route: ServiceRoute;
  /** The remainder below a prefix stands under the key "" (event page); otherwise there are none. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the active route of a method and path; the path itself wins over a prefix, a longer prefix over a shorter one. */
export function matchRoute(
  functions: readonly ServiceFunction[],
  method: string,
  path: string,
): MatchedRoute | undefined {
  const found = functions
    .flatMap((fn) => fn.routes.map((route) => ({ functionName: fn.name, route })))
    .filter(({ route }) => route.active && (route.method === 'ANY' || route.method === method))
    .flatMap((candidate) => {
      const rest = restOf(candidate.route, path);
      return rest === undefined ? [] : [{ ...candidate, pathParameters: rest === '' ? {} : { '': rest } }];
    });
  return found.sort((a, b) => b.route.path.length - a.route.path.length)[0];
}

/** What is left of the path below the route; undefined where the route is another. */
function restOf(route: ServiceRoute, path: string): string | undefined {
  if (path === route.path) return '';
  const prefix = route.path.endsWith('/') ? route.path : `${route.path}/`;
  return route.matchMode === 'SWA' && path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}
