import type { OperationContext } from '../operations/operation.js';
import type { HttpRequest } from './triggers/invocation.js';

/**
 * Decides whether an HTTP request may come in. What it gives back is run once the sender is known, so that a lenient receiver
 * answers 200 to what that refuses.
 * @throws FleetbatchError where the request may not come in
 */
export type Authenticate = (
  http: HttpRequest,
  workplace: Pick<OperationContext, 'setting' | 'log'>,
) => (() => void) | undefined;

interface CommonRules {
  /** Runs after the check of the method and before the body is looked at. Timers and direct calls do not pass it. */
  readonly authenticate?: Authenticate;
  /**
   * For receivers of pushes: whatever goes wrong after authentication, a bad body or a failing operation, the answer is
   * 200 `{accepted: false, reason}`, but for a PushNotKeptError: only a sender who is told so may send again. IoTDA puts a host that answers anything else ten times on a block list.
   * Bodies are held to the bounds of a push, for the signature of a push does not cover its body.
   */
  readonly lenientBody?: true;
  /** Running it again changes nothing: it takes no Idempotency-Key, and a timer that fires twice runs it twice. */
  readonly repeatable?: true;
  /**
   * The route where fields of the input stand in its path, as in `/ief-jobs/{job_id}`; the same as in `serverless.yml`. Without it
   * the path is not looked at.
   */
  readonly path?: string;
}

/** What a function expects of its HTTP callers. */
export type HttpRules =
  | (CommonRules & {
      readonly method: 'POST';
      readonly input: 'body';
      /** An empty body is `{}`: for a route whose path says all that is needed. */
      readonly bodyOptional?: true;
    })
  | (CommonRules & {
      readonly method: 'GET';
      readonly input: 'query';
      /** Turns query parameters, all of them text, into the operation's input. */
      readonly fromQuery: (query: HttpRequest['query']) => unknown;
    });
