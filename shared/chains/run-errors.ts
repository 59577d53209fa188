import { FleetbatchError, MissingSettingError } from '../client/errors.js';
import type { OperationContext } from '../operations/operation.js';
import { nearMiss } from '../schemas/near-miss.js';
import type { Database } from '../store/database.js';

/** No run of this id: it never was, or it was over for long enough to be removed. */
export class RunNotFoundError extends FleetbatchError {
  override readonly name = 'RunNotFoundError';
  readonly code = 'CHAIN_RUN_NOT_FOUND';
  readonly status = 404;

  constructor(id: string) {
    super(`There is no run ${id}. Nothing was changed; GET /chain-runs lists those that there are.`, {
      outcome: 'rejected',
    });
  }
}

/** The run is in a state that does not allow it. */
export class RunStateError extends FleetbatchError {
  override readonly name = 'RunStateError';
  readonly code = 'CHAIN_RUN_STATE';
  readonly status = 409;

  constructor(reason: string) {
    super(`${reason} Nothing was changed.`, { outcome: 'rejected' });
  }
}

/** No chain of this name in the deployed version. */
export class ChainNotFoundError extends FleetbatchError {
  override readonly name = 'ChainNotFoundError';
  readonly code = 'CHAIN_NOT_FOUND';
  readonly status = 404;

  constructor(name: string, known: readonly string[]) {
    const guess = nearMiss(name, known);
    const there = known.length > 0 ? `There are ${known.join(', ')}` : 'This version was built without any';
    const remedy = guess === undefined ? `${there}.` : `Did you mean ${guess}?`;
    super(`There is no chain ${name}. Nothing was started. ${remedy}`, { outcome: 'rejected' });
  }
}

/** The database that keeps the runs. @throws MissingSettingError where there is none */
export function neededDatabase({ database }: Pick<OperationContext, 'database'>): Database {
  if (database) return database;
  throw new MissingSettingError('DATABASE_URL', 'set it to the database that keeps the runs of the chains');
}
