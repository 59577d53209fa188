/**
 * Why an invocation has no result of the function: its own error, or one of the platform's rules. `exited`: the code ended its
 * instance, or the platform did; `killed`: somebody else did, so that the event is not to blame.
 */
export type FailureKind = 'function' | 'timeout' | 'exited' | 'killed' | 'too-large';

/** What became of one invocation. */
export interface InvokeResult {
  readonly requestId: string;
  /** False where the caller gets an error body. */
  readonly ok: boolean;
  /** The platform's code (4001, 4002, 4004, 4007, 4009) where it has one for the case. */
  readonly errorCode?: number;
  readonly failure?: FailureKind;
  /** The exact payload. */
  readonly body: Buffer;
  /** The lines that the function logged meanwhile: `LEVEL text`. */
  readonly log: string[];
  /** Of the invocation alone, without a start. */
  readonly durationMs: number;
  /** True where an instance had to be started for it. */
  readonly cold: boolean;
  /** Process start, load and initializer; there where `cold` is true. */
  readonly initMs?: number;
  /** The most memory that the instance ever held; 0 where it ended before it could say. */
  readonly memoryMb: number;
}

/** The message of an error body, shortened for one line; undefined where the body is not one. */
export function errorMessageOf(result: InvokeResult): string | undefined {
  if (result.ok) return undefined;
  const text = result.body.toString();
  try {
    const { errorMessage } = JSON.parse(text) as { errorMessage?: unknown };
    return shorten(String(errorMessage));
  } catch {
    return shorten(text);
  }
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
