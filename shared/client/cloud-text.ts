/** The longest text of a cloud that is repeated; the gateway's 401 with its canonical request needs most of it. */
const longest = 1000;

/** Headers whose value is a credential, as the gateway repeats them in the canonical request of its 401: `x-security-token:…|`. */
const echoedSecret =
  /((?:x-security-token|x-auth-token|x-subject-token|authorization|cookie)["']?[ \t]?[:=][ \t]?["']?)[^|"'\r\n,;}]+/gi;
const echoedSignature = /(signature["']?[ \t]?[:=][ \t]?["']?)[0-9a-f]{16,}/gi;

/** Shorter ones are no secrets, and replacing them would garble every text. */
const shortestSecret = 4;
/** How much of a long text is looked at after the secrets are out of it. */
const window = 16_384;

/** Replaces every one of the values by `***`. To be done before a text is cut, so that no cut leaves half a secret. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret.length >= shortestSecret) masked = masked.replaceAll(secret, '***');
  }
  return masked;
}

/**
 * A text that came from outside, made fit for a message, a log line and an answer: without our secrets, in one line, bounded.
 * @param secrets values to replace: ak, sk, tokens, passwords
 */
export function cloudText(text: string, secrets: readonly string[], limit: number = longest): string {
  const masked = maskSecrets(text, secrets).slice(0, window);
  const clean = masked
    .replace(echoedSecret, '$1***')
    .replace(echoedSignature, '$1***')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean;
}
