/** What a function's URN is made of. */
export interface FunctionUrnParts {
  /** Region id such as `cn-north-4`. */
  readonly region: string;
  readonly projectId: string;
  /** The application that the function belongs to, `default` unless it was put into another. */
  readonly app?: string;
  readonly name: string;
  /** A version or alias; without one the URN means the function with all of its versions. */
  readonly version?: string;
}

/** `urn:fss:{region}:{project}:function:{app}:{name}` with `:{version}` where one is given (function model page). */
export function functionUrn({ region, projectId, app = 'default', name, version }: FunctionUrnParts): string {
  const urn = `urn:fss:${region}:${projectId}:function:${app}:${name}`;
  return version === undefined ? urn : `${urn}:${version}`;
}
