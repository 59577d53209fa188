import { isRecord } from '../schemas/rules.js';
import { UnparsableJsonError } from './request-errors.js';
import type { HttpRequest } from './triggers/invocation.js';

/** A device message has at most 1 MB, a batch task push less than 1 kB in every example (IoTDA push page). */
const longestBody = 1024 * 1024;
const deepestNesting = 100;

/**
 * Refuses the body of a push before any of it is decoded where it is longer than any push. Its signature does not cover the
 * body, so that even an authentic sender is trusted with a bounded amount of work only.
 *
 * @throws UnparsableJsonError
 */
export function checkPushSize({ body, isBase64Encoded }: HttpRequest): void {
  const bytes = isBase64Encoded ? Math.floor((body.length * 3) / 4) : body.length;
  if (bytes <= longestBody) return;
  throw new UnparsableJsonError(`The body has ${(bytes / 1024 / 1024).toFixed(1)} MB, and no push has more than 1 MB`);
}

/**
 * Refuses a JSON text that readers would understand differently, because one object has a key twice, and one that is nested
 * deeper than any push. One pass over the text; whether it is JSON at all is for the parser to say.
 *
 * @throws UnparsableJsonError
 */
export function checkPushText(text: string): void {
  /** The keys of each object that is open, undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let atKey = false;
  for (let place = 0; place < text.length; place++) {
    const character = text[place];
    if (character === '"') {
      const end = endOfString(text, place);
      if (atKey) noteKey(open.at(-1), text.slice(place, end + 1), place);
      atKey = false;
      place = end;
    } else if (character === '{' || character === '[') {
      if (open.length === deepestNesting) {
        throw new UnparsableJsonError(`The body is nested deeper than ${deepestNesting} levels`);
      }
      open.push(character === '{' ? new Set() : undefined);
      atKey = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
      atKey = false;
    } else if (character === ',') {
      atKey = open.at(-1) !== undefined;
    }
  }
}

/**
 * Refuses the same in the task of a push where that is JSON text of its own, in `notify_data.body`.
 * @throws UnparsableJsonError
 */
export function checkTextInPush(push: unknown): void {
  const notifyData = isRecord(push) ? push.notify_data : undefined;
  if (isRecord(notifyData) && typeof notifyData.body === 'string') checkPushText(notifyData.body);
}

/** Where the string that begins at a place ends: at its closing quote, else at the end of the text. */
function endOfString(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place++) {
    if (text[place] === '\\') place++;
    else if (text[place] === '"') return place;
  }
  return text.length;
}

function noteKey(keys: Set<string> | undefined, quoted: string, place: number): void {
  const key = quoted.includes('\\') ? unescaped(quoted) : quoted.slice(1, -1);
  if (keys?.has(key)) {
    throw new UnparsableJsonError(`The body has the same key twice in one object (at position ${place})`);
  }
  keys?.add(key);
}

/** The same key can be written with and without escapes. */
function unescaped(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
