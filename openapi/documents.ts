import { readServiceFile, type Service } from '../serverless/service-file.js';
import { type About, openApiDocument } from './document.js';
import { documented, documentedFunctions, UndocumentedFunctionError } from './documented-functions.js';

/** What the build needs to know of the functions beside their code. */
export interface Documents {
  readonly openApi: Record<string, unknown>;
  /** The cloud's operations by function. */
  readonly operations: Readonly<Record<string, readonly string[]>>;
}

/** @throws UndocumentedFunctionError naming every function of serverless.yml without schemas */
export function documentsOf(service: Service, about: About): Documents {
  const missing = service.functions.map(({ name }) => name).filter((name) => !Object.hasOwn(documentedFunctions, name));
  if (missing.length > 0) throw new UndocumentedFunctionError(missing);
  return {
    openApi: openApiDocument(service, about),
    operations: Object.fromEntries(service.functions.map((fn) => [fn.name, documented(fn).operations])),
  };
}

/** The service of a file, and its documents once they are wanted. */
export interface DescribedService {
  readonly service: Service;
  /** @throws UndocumentedFunctionError */
  readonly describe: (about: About) => Documents;
}

/**
 * All that the build needs from TypeScript in one module: to load two would be to load their packages twice.
 * @throws ServiceFileError
 */
export function describedService(serviceFile: string): DescribedService {
  const service = readServiceFile(serviceFile);
  return { service, describe: (about) => documentsOf(service, about) };
}
