import type { Service, ServiceFunction, ServiceRoute } from './service-file.js';

/** All that the file says: what a deployment needs beyond running the functions. */
export interface DeployableService extends Service {
  /** `provider.stage`, `dev` where the file has none. */
  readonly stage: string;
  readonly functions: readonly DeployableFunction[];
}

/** One function with everything that is set beside its code. */
export interface DeployableFunction extends ServiceFunction {
  /** The key in the file. */
  readonly key: string;
  readonly codeType: 'zip' | 'obs';
  readonly routes: readonly DeployableRoute[];
  /** What becomes of asynchronous invocations, timers' among them; absent where the platform's defaults are to count. */
  readonly asyncInvoke?: AsyncInvoke;
  /** Keys that the file sets and this project does not deploy, such as `funcVpc`. */
  readonly passedOver: readonly string[];
}

/** A route with the gateway that it is published on. */
export interface DeployableRoute extends ServiceRoute {
  /** The shared gateway, or a dedicated one. */
  readonly gateway: 'APIG' | 'DEDICATEDGATEWAY';
  readonly groupId: string;
  /** Of a dedicated gateway. */
  readonly instanceId?: string;
  readonly envId: string;
  readonly envName: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly slDomain?: string;
}

/** How the platform treats events that nobody waits for. */
export interface AsyncInvoke {
  /** 0 to 3, after the first attempt. */
  readonly retryAttempts?: number;
  /** How old an event may get before it is given up, in seconds. */
  readonly eventAgeSeconds?: number;
  readonly onSuccess?: AsyncDestination;
  readonly onFailure?: AsyncDestination;
}

/** Where a record of the invocation goes: to another function of the file, or to a service with its own parameters. */
export type AsyncDestination =
  | { readonly destination: 'FunctionGraph'; readonly functionName: string }
  | { readonly destination: 'OBS' | 'SMN' | 'DIS'; readonly param: Readonly<Record<string, string | number>> };
