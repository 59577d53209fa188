import type { CloudClient } from '../client/cloud-client.js';
import { invokeFunction } from '../client/functiongraph.js';
import { isRecord } from '../schemas/rules.js';
import { type CallAnswer, readHttpAnswer, readInvocationFailure } from './call-answer.js';
import type { Json, JsonObject } from './chain.js';
import { CHAIN_FUNCTIONS, type ChainFunction } from './chain-functions.js';
import type { CallFunction } from './engine.js';

/** Kept back of the invocation's time, so that what became of a call can still be written down. Milliseconds. */
const TIME_TO_SETTLE_MS = 5_000;

/**
 * Calls functions through FunctionGraph's invocation API with the event that the gateway would make: so the answer comes with its
 * status and its problem document, and an Idempotency-Key goes along.
 * @param urnOf the URN of a function by its name
 */
export function functionCaller(cloud: () => CloudClient, urnOf: (name: string) => string): CallFunction {
  return async (name, input, key) => {
    try {
      const event = gatewayEvent(name, input, key);
      const { failed, result } = await invokeFunction(cloud(), urnOf(name), event, { leaveMs: TIME_TO_SETTLE_MS });
      return failed ? crashed(result) : readGatewayResult(result);
    } catch (error) {
      return readInvocationFailure(error);
    }
  };
}

/** The event of FunctionGraph's gateway (page of APIG events), as far as our functions read it. */
export function gatewayEvent(name: ChainFunction, input: JsonObject, key: string | undefined): JsonObject {
  const { method, path } = CHAIN_FUNCTIONS[name];
  const isBody = method === 'POST';
  const { inPath, others } = apart(path, input);
  return {
    requestContext: { apiId: 'fleetbatch-chains', requestId: key ?? 'no-key', stage: 'RELEASE' },
    httpMethod: method,
    path: path.replace(placeholder, (_, key) => encodeURIComponent(inPath[key] ?? '')),
    headers: {
      'content-type': 'application/json',
      // With it a function that keeps no keys refuses the call: without its memory the engine could not ask twice.
      ...(key === undefined ? {} : { 'idempotency-key': key, 'fleetbatch-key-required': 'true' }),
    },
    queryStringParameters: isBody ? {} : asQuery(others),
    pathParameters: inPath,
    body: isBody ? JSON.stringify(others) : '',
    isBase64Encoded: false,
  };
}

const placeholder = /\{(\w+)\}/g;

/** What of the input stands in the path of the route, as the gateway hands it over, and all else. */
function apart(path: string, input: JsonObject): { inPath: Readonly<Record<string, string>>; others: JsonObject } {
  const names = [...path.matchAll(placeholder)].map(([, name]) => name);
  const inPath: Record<string, string> = {};
  const others: Record<string, Json> = {};
  for (const [name, value] of Object.entries(input)) {
    if (!names.includes(name)) others[name] = value;
    // Without a value the segment is empty, and the function says so.
    else if (value !== null) inPath[name] = String(value);
  }
  return { inPath, others };
}

/** A query has texts only; a list is written with commas, as our own routes take it. */
function asQuery(input: JsonObject): JsonObject {
  const text = (value: Json): string => (Array.isArray(value) ? value.map(String).join(',') : String(value));
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) => (value === null ? [] : [[name, text(value)]])),
  );
}

/** What the function returned to its gateway: a response with status, headers and body. */
function readGatewayResult(result: string): CallAnswer {
  const response = parse(result);
  const { statusCode, headers, body } = isRecord(response) ? response : {};
  if (typeof statusCode === 'number' && typeof body === 'string') {
    return readHttpAnswer({ status: statusCode, headers: isRecord(headers) ? headers : {}, body });
  }
  const message = 'The function answered with something that is no HTTP response.';
  return { kind: 'unknown', by: 'call', code: 'FUNCTION_ANSWER_UNREADABLE', message };
}

/** It threw, ran out of time or could not be loaded: what it had done by then, it may have noted beside the key. */
function crashed(result: string): CallAnswer {
  const error = parse(result);
  const told = isRecord(error) && typeof error.errorMessage === 'string' ? `: ${error.errorMessage.slice(0, 500)}` : '';
  return { kind: 'unknown', by: 'call', code: 'FUNCTION_FAILED', message: `The function itself failed${told}.` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
