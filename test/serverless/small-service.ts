import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeployableService } from '../../serverless/deployable.js';
import { readServiceFile, ServiceFileError } from '../../serverless/service-file.js';

/** A small file that has nothing wrong. */
export const small = `service: small
provider:
  name: huawei
  region: cn-north-4
functions:
  hello:
    handler: index.handler
    code:
      codeUri: ./dist/hello
    timeout: 30
    memorySize: 256
    environment:
      variables:
        PLACE: \${env:PLACE, 'here'}
    events:
      - triggerTypeCode: APIG
        eventData: { name: hello_api, groupId: g, auth: IAM, path: /hello, reqMethod: GET }
      - triggerTypeCode: TIMER
        eventData: { name: hourly, scheduleType: Rate, schedule: 1h }
`;

/** Reads a text as if it were the file. */
export function read(text: string, env: Record<string, string> = {}): DeployableService {
  const folder = mkdtempSync(join(tmpdir(), 'service-file-'));
  const path = join(folder, 'serverless.yml');
  writeFileSync(path, text);
  try {
    return readServiceFile(path, env);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The problems of the small file after one replacement. */
export function problemsAfter(from: string | RegExp, to: string): readonly string[] {
  const text = small.replace(from, to);
  if (text === small) throw new Error('the replacement changed nothing');
  return problemsOf(text);
}

/** What is wrong with a text. */
export function problemsOf(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (error instanceof ServiceFileError) return error.problems;
    throw error;
  }
}
