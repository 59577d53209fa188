import * as z from 'zod/mini';
import { memorySizes } from '../../serverless/service-schema.js';
import { errorReply, type Reply } from './cloud-operation.js';
import { codeRequest } from './functiongraph-code.js';
import { fss } from './functiongraph-errors.js';
import type { FgsFunction } from './functiongraph-state.js';

/**
 * The bodies of FunctionGraph's requests (pages of creating a function and of modifying its code and its metadata). A key that no
 * page names is passed over, as clouds do; those that mean nothing on one machine are kept and shown again.
 */

const matching = (code: number, pattern: RegExp, text: string) =>
  z.string(fss(code, text)).check(z.regex(pattern, fss(code, text)));

const wholeNumber = (code: number, min: number, max: number, text: string) =>
  z.int(fss(code, text)).check(z.gte(min, fss(code, text)), z.lte(max, fss(code, text)));

const name = matching(
  1002,
  /^[A-Za-z]([\w-]{0,58}[A-Za-z0-9])?$/,
  'Invalid function name. func_name: at most 60 letters, digits, - and _, a letter first, no - or _ last.',
);
const app = matching(
  1004,
  /^[A-Za-z]([\w-]{0,58}[A-Za-z0-9])?$/,
  'Invalid Package (function app). package: as in default.',
);
const runtimes = /^Node\.js(6\.10|8\.10|10\.16|12\.13|14\.18|16\.17|18\.15|20\.15)$/;
const runtime = matching(
  1005,
  runtimes,
  'Invalid runtime. runtime: this machine runs Node.js only; write Node.js20.15.',
);
const entry = /^[^.\s]+\.[^.\s]+$/;
const handler = matching(1003, entry, 'Invalid function handler. handler: FILE.EXPORT, as in index.handler.');
const memorySize = z.literal(
  memorySizes,
  fss(1007, `Invalid function memory. memory_size: one of ${memorySizes.join(', ')} (MB).`),
);
const timeout = wholeNumber(1008, 3, 259_200, 'Invalid function timeout. timeout: 3 to 259,200 seconds.');
const tooLong = fss(1019, 'The description exceeds the maximum allowed limit. description: at most 512 characters.');
const description = z.string(tooLong).check(z.maxLength(512, tooLong));
const initializer = z.union(
  [z.literal(''), z.string().check(z.regex(entry))],
  fss(1404, 'Invalid function initializer. initializer_handler: FILE.EXPORT, in the file of the handler.'),
);
const initializerTimeout = wholeNumber(
  1405,
  0,
  300,
  'Invalid initialization timeout. initializer_timeout: 1 to 300 seconds.',
);

/** Variables come as a JSON text. */
const invalidVariables = fss(1009, 'Invalid function UserData. Write a JSON text such as {"NAME":"value"}.');
const variables = z.pipe(
  z.pipe(z.string(invalidVariables), z.transform(parseVariables)),
  z.record(z.string(), z.string(invalidVariables), invalidVariables).check(
    z.refine((all) => Object.keys(all).length <= 20, {
      error: fss(1017, 'The number of items in the UserData field exceeds the maximum allowed limit (20).'),
    }),
  ),
);

function parseVariables(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const agency = z.string('the name of an agency');
const jsonObject = 'a JSON object';

const settings = {
  description: z.optional(description),
  user_data: z.optional(variables),
  encrypted_user_data: z.optional(variables),
  xrole: z.optional(agency),
  app_xrole: z.optional(agency),
  initializer_handler: z.optional(initializer),
  initializer_timeout: z.optional(initializerTimeout),
};

/** What is kept for the next look, without any effect here. */
const kept = [
  'code_url',
  'custom_image',
  'depend_version_list',
  'domain_names',
  'enable_auth_in_header',
  'enable_class_isolation',
  'enable_dynamic_memory',
  'enable_lts_log',
  'enterprise_project_id',
  'ephemeral_storage',
  'extend_config',
  'func_vpc',
  'gpu_memory',
  'gpu_type',
  'heartbeat_handler',
  'is_stateful_function',
  'log_config',
  'lts_custom_tag',
  'mount_config',
  'network_controller',
  'pre_stop_handler',
  'pre_stop_timeout',
  'strategy_config',
  'tags',
  'user_data_encrypt_kms_key_id',
] as const;

export const createRequest = z.object(
  {
    func_name: name,
    package: app,
    runtime,
    handler,
    memory_size: memorySize,
    // Mandatory on its page; the platform's default is 3 s (limits page).
    timeout: z._default(timeout, 3),
    ...settings,
    ...codeRequest,
  },
  jsonObject,
);

export const updateConfigRequest = z.object(
  {
    func_name: name,
    runtime,
    handler,
    memory_size: memorySize,
    timeout,
    ...settings,
  },
  jsonObject,
);

export const updateCodeRequest = z.object(codeRequest, jsonObject);

type Settings = Pick<FgsFunction, keyof typeof settings>;

/** A function of which nothing optional is said. */
export const noSettings: Settings = {
  description: '',
  user_data: {},
  encrypted_user_data: {},
  xrole: '',
  app_xrole: '',
  initializer_handler: '',
  initializer_timeout: 0,
};

/** What a request leaves out stays as it is; an empty text takes a setting away. */
export function withGiven(
  before: Settings,
  given: { readonly [Key in keyof Settings]?: Settings[Key] | undefined },
): Settings {
  return {
    description: given.description ?? before.description,
    user_data: given.user_data ?? before.user_data,
    encrypted_user_data: given.encrypted_user_data ?? before.encrypted_user_data,
    xrole: given.xrole ?? before.xrole,
    app_xrole: given.app_xrole ?? before.app_xrole,
    initializer_handler: given.initializer_handler ?? before.initializer_handler,
    initializer_timeout: given.initializer_timeout ?? before.initializer_timeout,
  };
}

/** The settings of a body that are kept as they are. */
export function keptSettings(body: unknown): Record<string, unknown> {
  const given = body as Readonly<Record<string, unknown>>;
  return Object.fromEntries(kept.flatMap((key) => (given[key] == null ? [] : [[key, given[key]]])));
}

/** What is wrong with the settings of a function taken together. */
export function settingsRefusal(fn: Settings & Pick<FgsFunction, 'handler'>): Reply | undefined {
  const size = JSON.stringify(fn.user_data).length + JSON.stringify(fn.encrypted_user_data).length;
  if (size > 4096) {
    const text = `The total size of the UserData field exceeds the maximum allowed limit. All variables together have ${size} characters, at most 4,096 are allowed.`;
    return errorReply(400, 'FSS.1018', text);
  }
  // The platform takes only the EXPORT of the initializer and looks for it in the handler's file (initializer page).
  const file = fn.handler.slice(0, fn.handler.lastIndexOf('.'));
  if (fn.initializer_handler === '' || fn.initializer_handler.startsWith(`${file}.`)) return undefined;
  const text = `Invalid function initializer. initializer_handler: write ${file}.EXPORT, it has to be in the handler's file.`;
  return errorReply(400, 'FSS.1404', text);
}
