import { InvalidInputError } from '../../client/errors.js';
import { fromApig } from './apig.js';
import { fromApiGatewayV1 } from './apigateway-v1.js';
import { fromApiGatewayV2 } from './apigateway-v2.js';
import { fromDirect } from './direct.js';
import { type Fields, isFields } from './event-fields.js';
import { fromEventBridge } from './eventbridge.js';
import type { Invocation } from './invocation.js';
import { fromTimer } from './timer.js';

/** From the most particular shape to the least: FunctionGraph's gateway event has no mark of its own but `httpMethod`. */
const adapters: readonly ((event: Fields) => Invocation | undefined)[] = [
  fromApiGatewayV2,
  fromApiGatewayV1,
  fromApig,
  fromTimer,
  fromEventBridge,
];

/**
 * Tells which trigger made an event and unpacks it. Never throws: an event of no known shape is a direct call, and one
 * that cannot even be looked at is a direct call whose input cannot be read.
 */
export function recognise(event: unknown): Invocation {
  try {
    const unpacked = unwrapText(event);
    if (!isFields(unpacked)) return fromDirect(unpacked);
    for (const adapter of adapters) {
      const invocation = adapter(unpacked);
      if (invocation) return invocation;
    }
    return fromDirect(unpacked);
  } catch {
    return {
      trigger: 'direct',
      readInput: () => {
        throw new InvalidInputError([{ path: '', message: 'the event cannot be read' }]);
      },
    };
  }
}

/** The runtime hands over parsed events; some tools wrap theirs in JSON text once more (FunctionGraph runtime). */
function unwrapText(event: unknown): unknown {
  if (typeof event !== 'string') return event;
  try {
    return JSON.parse(event);
  } catch {
    return event;
  }
}
