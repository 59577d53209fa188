/** Shorter secrets have no telling base64 inside a longer one: blotting it out would garble ordinary text. */
const shortestInBase64 = 8;

/** Secrets of these characters only look the same in JSON, in a URL and in a form: nearly every key of the clouds. */
const neverEscaped = /^[A-Za-z0-9._-]*$/;

/**
 * How a secret may stand in a text that someone else wrote: as it is, in a JSON text (or one inside another), in a URL, and in
 * one line after its line breaks were replaced.
 */
export function writtenForms(secret: string): readonly string[] {
  if (neverEscaped.test(secret)) return [secret];
  const inJson = JSON.stringify(secret).slice(1, -1);
  const twiceInJson = JSON.stringify(inJson).slice(1, -1);
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  const inOneLine = secret.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return [...new Set([secret, inJson, twiceInJson, inForm, ...inUrl(secret), inOneLine])];
}

function inUrl(secret: string): string[] {
  try {
    return [encodeURIComponent(secret)];
  } catch {
    // Half a character cannot stand in a URL.
    return [];
  }
}

/**
 * How the written forms of a secret stand inside something that was encoded in base64 as a whole. Base64 carries three bytes in
 * four characters, so that the same secret looks different at each of three places. Of each only the characters that the
 * neighbours of the secret do not change: from eight bytes on never fewer than the secret has itself.
 */
export function base64Forms(secret: string): readonly string[] {
  return [...new Set(writtenForms(secret).flatMap(inBase64))];
}

/** Whether a text holds more than its first characters does not matter to how it begins; each takes at least one byte. */
const enoughToBegin = 16;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * The first `length` characters of each of {@link base64Forms}, or the whole of a shorter one. Taken from the bits of the first
 * bytes: encoding the whole secret six times took a tenth of what the function itself takes of a warm call.
 * @param length at most 12, which ten bytes decide
 */
export function base64Beginnings(secret: string, length: number): readonly string[] {
  const beginnings: string[] = [];
  for (const form of writtenForms(secret)) {
    const bytes = Buffer.from(form.slice(0, enoughToBegin));
    if (bytes.length < shortestInBase64) continue;
    for (const bit of firstBits) {
      const standard = base64From(bytes, bit, length);
      beginnings.push(standard);
      if (/[+/]/.test(standard)) beginnings.push(inUrlAlphabet(standard));
    }
  }
  return beginnings;
}

/** Which bit of the secret is the first of a character of its own, after 0, 1 and 2 bytes of something else. */
const firstBits = [0, 4, 2] as const;

function base64From(bytes: Buffer, firstBit: number, most: number): string {
  let text = '';
  for (let bit = firstBit; bit + 6 <= bytes.length * 8 && text.length < most; bit += 6) {
    const twoBytes = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    text += alphabet[(twoBytes >> (10 - (bit & 7))) & 63];
  }
  return text;
}

function inUrlAlphabet(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}

function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < shortestInBase64) return [];
  const standard = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  return [...standard, ...standard.map(inUrlAlphabet)];
}
