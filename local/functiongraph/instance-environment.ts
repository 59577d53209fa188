import type { ServiceFunction } from '../../serverless/service-file.js';
import type { FunctionFacts } from './instance/messages.js';

/**
 * The whole environment of an instance: the platform's documented presets and what a process cannot do without. A user's
 * variables are not in it: an event function gets them from its context only (environment page), so that code which relies on
 * `process.env` fails here as it may there.
 */
export function instanceEnvironment(fn: ServiceFunction, facts: FunctionFacts, logDir: string): Record<string, string> {
  return {
    ...passedThrough(),
    RUNTIME_PROJECT_ID: facts.projectId,
    RUNTIME_FUNC_NAME: facts.functionName,
    RUNTIME_FUNC_VERSION: facts.version,
    RUNTIME_PACKAGE: facts.app,
    RUNTIME_HANDLER: facts.handler,
    RUNTIME_TIMEOUT: String(fn.timeout),
    RUNTIME_USERDATA: JSON.stringify(fn.environment),
    RUNTIME_CPU: '0',
    RUNTIME_MEMORY: String(facts.memorySize),
    RUNTIME_MAX_RESP_BODY_SIZE: '6291456',
    RUNTIME_INITIALIZER_HANDLER: facts.initializer ?? '',
    RUNTIME_INITIALIZER_TIMEOUT: String(fn.initializerTimeout ?? 0),
    RUNTIME_ROOT: facts.codeRoot,
    RUNTIME_CODE_ROOT: facts.codeRoot,
    RUNTIME_LOG_DIR: logDir,
  };
}

function passedThrough(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
