import { type IamTokenOptions, iamTokenSource } from '../../../shared/client/token.js';
import { fakeTiming, json } from './loopback.js';

export const password = 'pass"word-marker';
export const hour = 3_600_000;
/** When the clock of {@link fakeTiming} begins. */
const noon = Date.UTC(2026, 10, 21, 12, 0, 0);

/** The tokens of one user of the IAM there. */
export function source(origin: string, change: Partial<IamTokenOptions> = {}) {
  return iamTokenSource({
    endpoint: new URL(origin),
    username: 'local',
    password,
    domain: 'local-domain',
    projectId: 'project-1',
    remainingMs: () => 5000,
    timing: fakeTiming(),
    ...change,
  });
}

/** A token of IAM that lives for some milliseconds. */
export function issued(token: string, lifeMs = 24 * hour) {
  const expires = new Date(noon + lifeMs).toISOString().replace('Z', '000Z');
  return json(201, { token: { expires_at: expires } }, { 'x-subject-token': token });
}
