import * as z from 'zod/mini';
import { asyncInvokeConfig, asyncKeys } from './async-schema.js';
import { matching, text, wholeNumber } from './field-schemas.js';

/**
 * The keys of `serverless.yml` as the Huawei plugin's source reads them. Every message is a remedy; what is wrong with the
 * value, and in which line, is put before it by the reader of the file.
 */

/** Sizes that FunctionGraph offers, in MB (API page of functions). */
export const memorySizes = [
  128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096, 8192, 10_240,
] as const;

// The runtime cannot be changed after a function's creation, and a wrong name is refused only at deployment.
const runtime = z.literal('Node.js20.15', 'Write Node.js20.15, the newest runtime of an event function');
const memorySize = z.literal(memorySizes, `Write one of FunctionGraph's sizes: ${memorySizes.join(', ')}`);
const timeout = wholeNumber(3, 259_200, 'seconds');
const entry = matching(/^[^.]+\.[^.]+$/, 'Write FILE.EXPORT with one dot, as in index.handler');
const variables = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()], 'Write a text'),
  'Write NAME: value',
);
const description = z
  .string('Write a text')
  .check(z.maxLength(512, "Write at most 512 characters, FunctionGraph's limit"));
const status = z.optional(z.enum(['ACTIVE', 'DISABLED'], 'Write ACTIVE or DISABLED'));

const gatewayData = z.strictObject(
  {
    name: matching(/^[A-Za-z]\w{2,63}$/, 'Write 3 to 64 letters, digits and underscores, a letter first'),
    groupId: text('Write the id of the API group'),
    instanceId: z.optional(text('Write the id of the dedicated gateway')),
    envId: z.optional(text('Write DEFAULT_ENVIRONMENT_RELEASE_ID')),
    envName: z.optional(text('Write RELEASE')),
    auth: z.enum(['IAM', 'APP', 'NONE'], 'Write IAM, APP or NONE'),
    protocol: z.optional(z.enum(['HTTP', 'HTTPS'], 'Write HTTPS')),
    // A parameter is one whole segment: API Gateway takes no other, nor does the function find another in its path. `?` and `#` end a path.
    path: matching(
      /^(?!.*(\{\w+\}).*\1)\/(?:[^\s{}?#]|(?<=\/)\{[A-Za-z]\w*\}(?=\/|$))*$/,
      'Write a path that begins with /, without ? and #, its parameters as whole segments, each once: /ief-jobs/{job_id}',
    ),
    reqMethod: z.enum(
      ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'ANY'],
      'Write GET, POST, PUT, DELETE, HEAD, PATCH, OPTIONS or ANY',
    ),
    matchMode: z.optional(z.enum(['NORMAL', 'SWA'], 'Write NORMAL, or SWA for a prefix')),
    backendType: z.optional(z.literal('FUNCTION', 'Write FUNCTION')),
    type: z.optional(z.literal(1, 'Write 1')),
    slDomain: z.optional(text("Write the group's own domain")),
    timeout: z.optional(wholeNumber(1, 60_000, 'milliseconds')),
  },
  'Write the settings of the route',
);

const timerData = z.strictObject(
  {
    name: matching(/^[A-Za-z][\w-]{0,63}$/, 'Write 1 to 64 letters, digits, - and _, a letter first'),
    scheduleType: z.enum(['Rate', 'Cron'], 'Write Rate or Cron'),
    schedule: text('Write a schedule such as 15m or 0 30 2 * * *'),
    userEvent: z.optional(z.string("Write the operation's input as one JSON text in quotes")),
  },
  'Write the settings of the timer',
);

const event = z.discriminatedUnion(
  'triggerTypeCode',
  [
    z.strictObject({ triggerTypeCode: z.literal('APIG'), status, eventData: gatewayData }),
    z.strictObject({ triggerTypeCode: z.literal('DEDICATEDGATEWAY'), status, eventData: gatewayData }),
    z.strictObject({ triggerTypeCode: z.literal('TIMER'), status, eventData: timerData }),
  ],
  'Write a trigger with triggerTypeCode APIG, DEDICATEDGATEWAY or TIMER',
);

/** Keys that the plugin reads and this project passes over. */
export const passedOverKeys = [
  'codeUrl',
  'funcVpc',
  'vpcId',
  'subnetId',
  'networkController',
  'domainNames',
  'concurreny',
  'concurrentNum',
  'ltsGroupId',
  'ltsStreamId',
  'ltsStreamName',
  'dependVersionList',
  'tags',
  'tagPolicy',
  'enterpriseProjectId',
  'extend',
] as const;
const passedOver = Object.fromEntries(passedOverKeys.map((key) => [key, z.optional(z.unknown())]));

/** Of a function on the platform (page of creating a function). */
export const functionName = /^[A-Za-z]([\w-]{0,58}[A-Za-z0-9])?$/;
export const functionNameRemedy = 'Write at most 60 letters, digits, - and _, a letter first, no - or _ last';

const functionEntry = z.strictObject(
  {
    ...passedOver,
    package: z.optional(text('Write the name of the application, as in default')),
    name: z.optional(matching(functionName, functionNameRemedy)),
    description: z.optional(description),
    handler: entry,
    initializerHandler: z.optional(entry),
    initializerTimeout: z.optional(wholeNumber(1, 300, 'seconds')),
    runtime: z.optional(runtime),
    memorySize: z.optional(memorySize),
    timeout: z.optional(timeout),
    codeType: z.optional(z.enum(['zip', 'obs'], 'Write zip or obs')),
    code: z.strictObject(
      { codeUri: text('Write the folder of the bundle, as in ./dist/NAME') },
      'Write code: with codeUri: in it',
    ),
    appXrole: z.optional(text('Write the name of the agency that the code runs with')),
    xrole: z.optional(text('Write the name of an agency')),
    agencyName: z.optional(text('Write the name of an agency')),
    environment: z.optional(
      z.strictObject({ variables: z.optional(variables) }, 'Write environment: with variables: in it'),
    ),
    userData: z.optional(variables),
    encryptedUserData: z.optional(variables),
    asyncInvokeConfig: z.optional(asyncInvokeConfig),
    events: z.optional(z.array(event, 'Write a list of triggers')),
  },
  'Write the settings of the function',
);

/** The whole file, placeholders already resolved. */
export const serviceSchema = z.strictObject(
  {
    service: text('Write the name of the service'),
    frameworkVersion: z.optional(z.literal('3', 'Write "3": version 4 is not targeted')),
    provider: z.strictObject(
      {
        ...passedOver,
        package: z.optional(text('Write the name of the application, as in default')),
        name: z.literal('huawei', 'Write huawei'),
        region: text('Write a region id such as cn-north-4'),
        stage: z.optional(text('Write a name such as dev')),
        credentials: z.optional(text('Write the path of the credentials file')),
        runtime: z.optional(runtime),
        memorySize: z.optional(memorySize),
        timeout: z.optional(timeout),
      },
      'Write the settings of the provider',
    ),
    plugins: z.optional(z.array(text('Write the name of a plugin'), 'Write a list of plugins')),
    package: z.optional(z.unknown()),
    custom: z.optional(z.unknown()),
    functions: z.record(z.string(), functionEntry, 'Write NAME: and its settings for each function'),
  },
  'Write service:, provider: and functions:',
);

/** The keys that may stand at a place of the file, to name the one that a mistyped key stands for. */
export function keysAt(path: readonly (string | number)[]): readonly string[] {
  const last = path.at(-1);
  if (path.length === 0) return Object.keys(serviceSchema.shape);
  if (path.length === 1) return Object.keys(serviceSchema.shape.provider.shape);
  if (path.length === 2) return Object.keys(functionEntry.shape);
  if (last === 'eventData') return [...Object.keys(gatewayData.shape), ...Object.keys(timerData.shape)];
  if (last === 'code') return ['codeUri'];
  if (last === 'environment') return ['variables'];
  if (typeof last === 'string' && Object.hasOwn(asyncKeys, last)) return asyncKeys[last] ?? [];
  return ['triggerTypeCode', 'status', 'eventData'];
}

export type ServiceDocument = z.infer<typeof serviceSchema>;
export type FunctionEntry = z.infer<typeof functionEntry>;
export type EventEntry = z.infer<typeof event>;
