import { percentEncode } from '../client/percent-encoding.js';

/** Shorter secrets have no telling base64 inside a longer one: blotting it out would garble ordinary text. */
const shortestInBase64 = 8;

/** Secrets of these characters only look the same in JSON, in a URL and in a form: nearly every key of the clouds. */
const neverEscaped = /^[A-Za-z0-9._-]*$/;

/**
 * How a secret may stand in a text that someone else wrote: as it is, in a JSON text (or one inside another), in a URL, and in
 * one line after its line breaks were replaced. Not every writer of JSON or of URLs escapes as ours do.
 */
export function writtenForms(secret: string): readonly string[] {
  if (neverEscaped.test(secret)) return [secret];
  const json = [inJson(secret), ...jsonOfOthers(secret)];
  const urls = inUrls(secret);
  return [...new Set([secret, ...json, ...json.map(inJson), ...urls, ...urls.map(inLowerCase), inOneLine(secret)])];
}

/** What stands inside something in base64: the usual forms alone, for each has six more there. */
function formsInBase64(secret: string): readonly string[] {
  if (neverEscaped.test(secret)) return [secret];
  return [...new Set([secret, inJson(secret), inJson(inJson(secret)), ...inUrls(secret), inOneLine(secret)])];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As Go, Gson, Python and PHP write a text into JSON where they are told nothing else. */
function jsonOfOthers(secret: string): string[] {
  const usual = inJson(secret);
  const inAscii = inEscapes(usual, /[\u0080-\uffff]/g);
  return [inEscapes(usual, /[<>&]/g), inEscapes(usual, /[<>&='`]/g), inAscii, ...[usual, inAscii].map(withSlashes)];
}

function inEscapes(text: string, characters: RegExp): string {
  return text.replace(characters, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function withSlashes(text: string): string {
  return text.replaceAll('/', '\\/');
}

function inOneLine(secret: string): string {
  return secret.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

function inUrls(secret: string): string[] {
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  try {
    return [inForm, encodeURIComponent(secret), percentEncode(secret)];
  } catch {
    // Half a character cannot stand in a URL.
    return [inForm];
  }
}

function inLowerCase(url: string): string {
  return url.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase());
}

/**
 * How the usual forms of a secret stand inside something that was encoded in base64 as a whole. Base64 carries three bytes in
 * four characters, so that the same secret looks different at each of three places. Of each only the characters that the
 * neighbours of the secret do not change: from eight bytes on never fewer than the secret has itself.
 */
export function base64Forms(secret: string): readonly string[] {
  return [...new Set(formsInBase64(secret).flatMap(inBase64))];
}

/** How the forms of a secret begin, to tell cheaply that a text holds none of them. */
export interface Beginnings {
  /** Of {@link writtenForms}. */
  readonly written: readonly string[];
  /** The same as they stand in a JSON text that holds the text in which they stand. */
  readonly writtenInJson: readonly string[];
  /** Of {@link base64Forms}. */
  readonly base64: readonly string[];
}

/** Whether a text holds more than its first characters does not matter to how it begins; each takes at least one byte. */
const enoughToBegin = 16;
/** Each of these characters is written by itself, whatever follows it: a beginning of them has the beginnings of all forms. */
const printable = /^[ -~]*$/;

/**
 * The first `length` characters of each form of a secret, or the whole of a shorter one. Made from the first characters of the secret
 * alone where those decide: a token has thousands, and each invocation has secrets of its own.
 * @param length at most 12, which ten bytes decide
 */
export function beginningsOf(secret: string, length: number): Beginnings {
  const first = secret.slice(0, enoughToBegin);
  const decisive = printable.test(first) ? first : secret;
  const written = [...new Set(writtenForms(decisive).map((form) => form.slice(0, length)))];
  // Not of the whole secret: to encode a token six times took a tenth of what the function itself takes of a warm call.
  const begun = formsInBase64(decisive).flatMap((form) => inBase64(form.slice(0, enoughToBegin)));
  const base64 = [...new Set(begun.map((form) => form.slice(0, length)))];
  return { written, writtenInJson: neverEscaped.test(first) ? written : written.map(inJsonText), base64 };
}

/** JSON writes half a character in another way than the whole one, which a beginning may be cut out of. */
function inJsonText(beginning: string): string {
  const [whole = ''] = beginning.split(/[\ud800-\udfff]/, 1);
  return JSON.stringify(whole).slice(1, -1);
}

function inUrlAlphabet(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}

function inBase64(text: string): string[] {
  const bytes = Buffer.byteLength(text);
  if (bytes < shortestInBase64) return [];
  const standard = [0, 1, 2].map((before) =>
    Buffer.from('\0'.repeat(before) + text)
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes) * 8) / 6)),
  );
  return [...standard, ...standard.map(inUrlAlphabet)];
}
