import type { CloudClient } from '../shared/client/cloud-client.js';
import { FleetbatchError } from '../shared/client/errors.js';
import {
  createFunction,
  findFunction,
  updateFunctionCode,
  updateFunctionConfig,
} from '../shared/client/functiongraph-functions.js';
import type { FunctionConfig } from '../shared/schemas/functiongraph.js';
import { variablesOf } from './account-state.js';
import type { Code } from './code.js';
import { type Deployment, deploymentVariable, shortDigest } from './deployment-variable.js';
import { type DesiredFunction, type DesiredService, latest } from './desired.js';
import type { FunctionPlan } from './plan-steps.js';
import { codeRequest, createRequest, updateRequest } from './request.js';

/** Told each step that is done, so that a failure in the middle can say what was done before it. */
export type Done = (step: string) => void;

/**
 * Creates a function, or brings its code and settings up to date. A call whose outcome is unknown is looked up before anything else is done.
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function applyFunction(
  cloud: CloudClient,
  { desired, account, code, settings }: FunctionPlan,
  service: DesiredService,
  done: Done,
): Promise<void> {
  const urn = latest(desired.urn);
  if (!account) {
    const made = await create(cloud, desired, service, done);
    checkSize(made, desired.code);
    const remembered = toRemember(desired.code, made.digest);
    if (!remembered) return;
    const there = {
      config: made,
      deployment: undefined,
      name: desired.name,
      urn,
      variables: {},
      triggers: [],
      asyncInvoke: undefined,
    };
    await updateFunctionConfig(cloud, urn, updateRequest(desired, service, there, remembered));
    return;
  }

  let remembered = account.deployment?.code;
  if (code) {
    const updated = await sendCode(cloud, urn, desired.code);
    checkSize(updated, desired.code);
    done('code sent');
    remembered = toRemember(desired.code, updated.digest);
  }
  if (settings.length === 0 && sameCode(remembered, account.deployment?.code)) return;
  await updateFunctionConfig(cloud, urn, updateRequest(desired, service, account, remembered));
  if (settings.length > 0) done('settings changed');
}

async function create(
  cloud: CloudClient,
  desired: DesiredFunction,
  service: DesiredService,
  done: Done,
): Promise<FunctionConfig> {
  const request = createRequest(desired, service);
  try {
    const made = await createFunction(cloud, request);
    done('created');
    return made;
  } catch (error) {
    if (!isUnknown(error)) throw error;
    const found = await findFunction(cloud, latest(desired.urn));
    const own = variablesOf(request.user_data)[deploymentVariable];
    if (!found || variablesOf(found.user_data)[deploymentVariable] !== own) throw lookedFor(error);
    done('created (the answer was lost; found by looking)');
    return found;
  }
}

async function sendCode(cloud: CloudClient, urn: string, code: Code): Promise<FunctionConfig> {
  try {
    return await updateFunctionCode(cloud, urn, codeRequest(code));
  } catch (error) {
    if (!isUnknown(error)) throw error;
    const found = await findFunction(cloud, urn);
    if (found?.digest?.toLowerCase() !== code.sha512) throw lookedFor(error);
    return found;
  }
}

export function isUnknown(error: unknown): error is FleetbatchError {
  return error instanceof FleetbatchError && error.outcome === 'unknown';
}

/** The client's message ends in the advice to look. That has been done. */
export function lookedFor(error: FleetbatchError): Error {
  const what = error.message.replace(/; look whether it took effect.*$/s, '');
  return new Error(`${what}; it was looked for and is not there.`, { cause: error });
}

/** An upload has been reported to succeed with nothing in it (not confirmed); the size that comes back tells. */
function checkSize({ code_size }: FunctionConfig, code: Code): void {
  if (code_size !== 0) return;
  throw new Error(`the platform took ${code.path} and says that the code has 0 bytes. Run the same command again.`);
}

/** Which zip became which digest; undefined where the digest says so by itself. */
function toRemember(code: Code, digest: string | null | undefined): Deployment['code'] {
  if (digest?.toLowerCase() === code.sha512) return undefined;
  return { sha256: shortDigest(code.sha256), digest: shortDigest(digest ?? '') };
}

function sameCode(a: Deployment['code'], b: Deployment['code']): boolean {
  return a?.sha256 === b?.sha256 && a?.digest === b?.digest;
}
