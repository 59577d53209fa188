import { canonicalRequest, compare } from './canonical-request.js';
import type { Credentials } from './credentials.js';
import { RequestHeaders } from './request-headers.js';
import { sdkHmacSha256 } from './sdk-hmac-sha256.js';
import { compactUtcText } from './utc-text.js';
import { type DerivedScope, v11HmacSha256 } from './v11-hmac-sha256.js';
import { readWireUrl } from './wire-url.js';

/** The request to sign. `url` is the URL as it goes on the wire, `body` exactly the text or bytes that are sent. */
export interface SignableRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: string | Uint8Array | null | undefined;
}

export interface SigningOptions {
  /** The moment of signing; the gateway refuses more than 15 minutes of difference. Default: a given `X-Sdk-Date`, else now. */
  readonly date?: Date | undefined;
  /** Value of `X-Project-Id`, for the services of a region. */
  readonly projectId?: string | undefined;
  /** Value of `X-Domain-Id`, for global services. */
  readonly domainId?: string | undefined;
  /** Fixes the list of signed headers, any case; it must hold `x-sdk-date`. */
  readonly signedHeaders?: readonly string[] | undefined;
  /** Signs with V11-HMAC-SHA256 for this region and service (`iotdm`), as IoTDA's standard and enterprise instances want. */
  readonly derived?: DerivedScope | undefined;
}

/** The steps of one signature, for tests and for comparing with the canonical request that the gateway's 401 repeats. */
export interface SignatureSteps {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly headers: SignedHeaders;
}

/** Spelt so whatever the spelling that they were given in. */
export type SignedHeaders = Record<string, string> & {
  Authorization: string;
  'X-Sdk-Date': string;
  Host: string;
};

/** Signed by default where present, in this order (signing guide; `content-type` is left out because clients change it). */
const signedByDefault = [
  'host',
  'x-domain-id',
  'x-project-id',
  'x-sdk-content-sha256',
  'x-sdk-date',
  'x-security-token',
];

/**
 * Signs a request with SDK-HMAC-SHA256, or V11-HMAC-SHA256 with `derived` (signing guide). Synchronous; nothing is sent.
 * The returned headers hold `Authorization`, `X-Sdk-Date`, `Host`, those that the credentials and options bring along
 * (`X-Security-Token`, `X-Project-Id`, `X-Domain-Id`) and the ones given, each name once whatever its spelling.
 * Sign again for every attempt: a signature ages with its date.
 * @throws TypeError where the request cannot be signed as it would be sent; the message never holds a credential
 */
export function sign(
  request: SignableRequest,
  credentials: Credentials,
  options: SigningOptions = {},
): { headers: SignedHeaders } {
  return { headers: signatureSteps(request, credentials, options).headers };
}

/** The same as {@link sign}, with the steps between. */
export function signatureSteps(
  request: SignableRequest,
  credentials: Credentials,
  options: SigningOptions = {},
): SignatureSteps {
  checkCredentials(credentials);
  const method = checkMethod(request.method);
  const body = checkBody(request.body);
  const url = readWireUrl(request.url);
  const headers = new RequestHeaders(request.headers);

  headers.delete('authorization');
  headers.set('Host', headers.get('host') ?? url.host);
  const sdkDate = sdkDateOf(options.date, headers.get('x-sdk-date'));
  headers.set('X-Sdk-Date', sdkDate);
  if (options.projectId) headers.set('X-Project-Id', options.projectId);
  if (options.domainId) headers.set('X-Domain-Id', options.domainId);
  if (credentials.securityToken) headers.set('X-Security-Token', credentials.securityToken);

  const signedHeaders = listOfSigned(headers, options.signedHeaders);
  const algorithm = options.derived ? v11HmacSha256(options.derived, sdkDate) : sdkHmacSha256;
  const payloadHash = headers.get('x-sdk-content-sha256') ?? algorithm.hash(body);
  const canonical = canonicalRequest({ method, url, headers, signedHeaders, payloadHash });
  const stringToSign = algorithm.stringToSign(canonical, sdkDate);
  headers.set('Authorization', algorithm.authorization(stringToSign, signedHeaders, credentials));
  // The three that its type promises were set above, spelt so.
  return { canonicalRequest: canonical, stringToSign, headers: headers.toRecord() as SignedHeaders };
}

function listOfSigned(headers: RequestHeaders, fixed: readonly string[] | undefined): readonly string[] {
  if (fixed === undefined) return signedByDefault.filter((name) => headers.get(name) !== undefined);
  const names = [...new Set(fixed.map((name) => name.toLowerCase()))].sort(compare);
  const absent = names.find((name) => headers.get(name) === undefined);
  if (absent !== undefined)
    throw new TypeError(`signedHeaders: ${absent} is to be signed and is not among the headers`);
  if (!names.includes('x-sdk-date')) throw new TypeError('signedHeaders: must hold x-sdk-date');
  return names;
}

function sdkDateOf(date: Date | undefined, given: string | undefined): string {
  if (date === undefined && given !== undefined) {
    if (!/^\d{8}T\d{6}Z$/.test(given)) throw new TypeError('headers: X-Sdk-Date is not of the form 20201231T235959Z');
    return given;
  }
  const moment = date ?? new Date();
  if (!(moment instanceof Date) || Number.isNaN(moment.getTime())) throw new TypeError('date: is not a valid Date');
  const year = moment.getUTCFullYear();
  if (year < 0 || year > 9999) throw new TypeError('date: the year must have four digits');
  return compactUtcText(moment);
}

function checkCredentials({ ak, sk }: Credentials): void {
  if (typeof ak !== 'string' || ak === '') throw new TypeError('credentials: ak is missing');
  if (typeof sk !== 'string' || sk === '') throw new TypeError('credentials: sk is missing');
}

function checkMethod(method: string): string {
  if (typeof method !== 'string' || !/^[A-Za-z]+$/.test(method)) throw new TypeError('method: is not an HTTP method');
  return method.toUpperCase();
}

function checkBody(body: SignableRequest['body']): string | Uint8Array | undefined {
  if (body === undefined || body === null || body instanceof Uint8Array) return body ?? undefined;
  if (typeof body === 'string') {
    // Written as UTF-8 it would become another character, on each side as it likes.
    if (/\p{Cs}/u.test(body)) throw new TypeError('body: holds half of a surrogate pair, which has no UTF-8 form');
    return body;
  }
  throw new TypeError('body: must be a string or bytes, exactly as it is sent');
}
