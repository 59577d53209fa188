import { FunctionLogger, type WriteLog } from './logger.js';
import type { FunctionFacts, InvocationFacts } from './messages.js';

/**
 * The `context` of a handler with the methods and types of the context page. It has no region and no URN, and its public
 * fields hold keys: code must not log it.
 */
export class Context {
  readonly requestID: string;
  readonly traceID: string;
  readonly projectID: string;
  readonly package: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly alias = '';
  /** Texts, as on the platform; the processor share of a function is not known here: `0`, the platform's default. */
  readonly memory: string;
  readonly cpu = '0';
  /** In ms. */
  readonly timeout: number;
  readonly startTime: number;
  readonly userData: Readonly<Record<string, string>>;
  readonly securityAccessKey: string;
  readonly securitySecretKey: string;
  readonly securityToken: string;
  readonly token: string;
  readonly #logger: FunctionLogger;
  readonly #timeStands: boolean;

  constructor(facts: FunctionFacts, invocation: InvocationFacts, writeLog: WriteLog) {
    this.requestID = invocation.requestId;
    this.traceID = invocation.requestId;
    this.projectID = facts.projectId;
    this.package = facts.app;
    this.functionName = facts.functionName;
    this.functionVersion = facts.version;
    this.memory = String(facts.memorySize);
    this.timeout = facts.timeoutMs;
    this.startTime = Date.now();
    this.userData = invocation.userData;
    this.securityAccessKey = invocation.credentials?.ak ?? '';
    this.securitySecretKey = invocation.credentials?.sk ?? '';
    this.securityToken = invocation.credentials?.securityToken ?? '';
    this.token = invocation.credentials?.token ?? '';
    this.#timeStands = facts.timeStands ?? false;
    this.#logger = new FunctionLogger(invocation.requestId, writeLog);
  }

  getRequestID(): string {
    return this.requestID;
  }

  getTraceID(): string {
    return this.traceID;
  }

  /** In ms. */
  getRemainingTimeInMilliSeconds(): number {
    return this.#timeStands ? this.timeout : this.timeout + this.startTime - Date.now();
  }

  /** In spite of its name: the function's time limit, in ms (observed on the platform's own wrapper). */
  getRunningTimeInSeconds(): number {
    return this.timeout;
  }

  getFunctionName(): string {
    return this.functionName;
  }

  getVersion(): string {
    return this.functionVersion;
  }

  getPackage(): string {
    return this.package;
  }

  getProjectID(): string {
    return this.projectID;
  }

  getAlias(): string {
    return this.alias;
  }

  getMemorySize(): string {
    return this.memory;
  }

  getCPUNumber(): string {
    return this.cpu;
  }

  getUserData(key: string): string | undefined {
    return Object.hasOwn(this.userData, key) ? this.userData[key] : undefined;
  }

  getSecurityAccessKey(): string {
    return this.securityAccessKey;
  }

  getSecuritySecretKey(): string {
    return this.securitySecretKey;
  }

  getSecurityToken(): string {
    return this.securityToken;
  }

  /** No longer maintained by the platform: never the temporary key. */
  getAccessKey(): string {
    return '';
  }

  /** No longer maintained by the platform: never the temporary key. */
  getSecretKey(): string {
    return '';
  }

  getToken(): string {
    return this.token;
  }

  getLogger(): FunctionLogger {
    return this.#logger;
  }

  getWorkflowID(): string {
    return '';
  }

  getWorkflowRunID(): string {
    return '';
  }

  getWorkflowStateID(): string {
    return '';
  }
}
