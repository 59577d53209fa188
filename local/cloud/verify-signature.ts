import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { canonicalRequestOf, type WireRequest } from './canonical-request.js';

/** The parts of an `Authorization` header of the AK/SK kind. */
export interface SignatureParts {
  readonly algorithm: 'SDK-HMAC-SHA256' | 'V11-HMAC-SHA256';
  readonly ak: string;
  /** `YYYYMMDD/region/service`, for V11 only. */
  readonly scope: string | undefined;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** What the verifier found; the canonical request is the gateway's own, for the error text. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly canonicalRequest: string };

const plain = /^(SDK-HMAC-SHA256) Access=([^,\s]+), SignedHeaders=([^,\s]+), Signature=([0-9a-f]{64})$/;
const derived =
  /^(V11-HMAC-SHA256) Credential=([^,\s/]+)\/([^,\s]+), SignedHeaders=([^,\s]+), Signature=([0-9a-f]{64})$/;

/** Takes the header apart; undefined where it is not exactly in the documented form (one space, `, ` between parts). */
export function readAuthorization(header: string): SignatureParts | undefined {
  const [, algorithm, ak, names, signature] = plain.exec(header) ?? [];
  if (algorithm === 'SDK-HMAC-SHA256' && ak && names && signature) {
    return { algorithm, ak, scope: undefined, signedHeaders: names.split(';'), signature };
  }
  const [, v11, v11Ak, scope, v11Names, v11Signature] = derived.exec(header) ?? [];
  if (v11 === 'V11-HMAC-SHA256' && v11Ak && scope && v11Names && v11Signature) {
    return { algorithm: v11, ak: v11Ak, scope, signedHeaders: v11Names.split(';'), signature: v11Signature };
  }
  return undefined;
}

/**
 * Checks a signature as the gateway does: canonical request from the raw target, the listed headers and the raw body,
 * compared in constant time (signing guide). Knows nothing of clocks, locks and accounts.
 */
export function verifySignature(request: WireRequest, parts: SignatureParts, sk: string): Verdict {
  const canonicalRequest = canonicalRequestOf(request, parts.signedHeaders);
  const expected = signatureOf(canonicalRequest, request.headers.get('x-sdk-date') ?? '', parts, sk);
  const same = timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(parts.signature, 'hex'));
  // Only x-sdk-date must be among the signed headers: without it a signature would be good for ever.
  const dated = parts.signedHeaders.some((name) => name.toLowerCase() === 'x-sdk-date');
  return same && dated ? { ok: true } : { ok: false, canonicalRequest };
}

function signatureOf(canonicalRequest: string, date: string, parts: SignatureParts, sk: string): string {
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  if (parts.algorithm === 'SDK-HMAC-SHA256') {
    return createHmac('sha256', sk).update(`SDK-HMAC-SHA256\n${date}\n${hash}`).digest('hex');
  }
  const scope = parts.scope ?? '';
  // The HMAC key is the hexadecimal text of the derived key, not its 32 bytes.
  const key = Buffer.from(hkdfSync('sha256', sk, parts.ak, scope, 32)).toString('hex');
  return createHmac('sha256', key).update(`V11-HMAC-SHA256\n${date}\n${scope}\n${hash}`).digest('hex');
}

const secretHeader = /^(x-security-token|x-auth-token|authorization|cookie):.*$/gm;

/** The canonical request as the 401 shows it: `|` for line ends, the values of secret headers masked. */
export function shownCanonicalRequest(canonicalRequest: string): string {
  return canonicalRequest.replace(secretHeader, '$1:***').replaceAll('\n', '|');
}

/** `YYYYMMDDTHHMMSSZ` to epoch milliseconds; undefined where it is no such moment. */
export function readSdkDate(text: string): number | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const time = Date.parse(iso);
  // Date.parse is lenient with texts of other forms and with days such as 30 February: only what comes back the same counts.
  return Number.isNaN(time) || compactTime(time) !== text ? undefined : time;
}

/** Epoch milliseconds to `YYYYMMDDTHHMMSSZ`, the compact form that signatures and IoTDA use. */
export function compactTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
