import type { Service, ServiceFunction, ServiceRoute } from '../serverless/service-file.js';

/**
 * The extensions that Huawei API Gateway reads when it imports a document ("API design file extension definitions", API Gateway
 * user guide, support.huaweicloud.com/intl/en-us/usermanual-apig/apig_03_0084.html and the pages apig_03_0085 to apig_03_0094,
 * 0106). None of it has been confirmed by an import into a live gateway.
 */

/** The ways to prove who one is; `name: unused` is the page's own word for IAM (apig_03_0085). */
const schemes = {
  APP: { name: 'apig-auth-app', scheme: { in: 'header', name: 'Authorization', 'x-apigateway-auth-type': 'AppSigv1' } },
  IAM: { name: 'apig-auth-iam', scheme: { in: 'header', name: 'unused', 'x-apigateway-auth-type': 'IAM' } },
} as const;

/** The security schemes that the routes use. */
export function securitySchemes(routes: readonly ServiceRoute[]): Record<string, object> {
  const used = Object.entries(schemes).filter(([auth]) => routes.some((route) => route.auth === auth));
  return Object.fromEntries(used.map(([, { name, scheme }]) => [name, { type: 'apiKey', ...scheme }]));
}

/** What a caller of the route must prove; nothing where the function itself looks who calls. */
export function security({ auth }: ServiceRoute): object[] {
  return auth === 'NONE' ? [] : [{ [schemes[auth].name]: [] }];
}

/** The key of a route in its path item: OpenAPI 3.0 has no word for all methods, the gateway has (apig_03_0089). */
export function methodKey({ method }: ServiceRoute): string {
  return method === 'ANY' ? 'x-apigateway-any-method' : method.toLowerCase();
}

/**
 * The gateway's own words about a route.
 * @param projectId goes into the function's URN
 */
export function gatewayExtensions(
  service: Service,
  fn: ServiceFunction,
  route: ServiceRoute,
  projectId: string,
): Record<string, unknown> {
  return {
    // Visible to others in the account's catalogue, as `type: 1` of the trigger is; no one can call it for that (apig_03_0086).
    'x-apigateway-request-type': 'public',
    'x-apigateway-match-mode': route.matchMode,
    'x-apigateway-cors': false,
    // The bytes of a body then arrive as they were sent (apig_03_0106). The functions read both forms.
    'x-apigateway-is-send-fg-body-base64': true,
    'x-apigateway-backend': {
      type: 'FUNCTION',
      functionEndpoints: {
        'function-urn': `urn:fss:${service.region}:${projectId}:function:${fn.app}:${fn.name}:latest`,
        // The page's example says v1, which no function of FunctionGraph has: a function's own version is latest.
        version: 'latest',
        // The page contradicts itself: "synchronous" in its example, "async or sync" in its table, as in the API of triggers.
        'invocation-type': 'sync',
        // In ms, 1 to 60,000 (apig_03_0094).
        timeout: route.timeoutMs,
      },
    },
  };
}
