import { type ListedInvocations, listAgentInvocations } from '../client/ces.js';
import type { CloudClient } from '../client/cloud-client.js';
import { CloudReplyError } from '../client/errors.js';
import {
  type InvocationInfo,
  type ListInvocationsInput,
  listInvocationsInput,
} from '../schemas/ces-list-invocations.js';
import { refuseRegionWithoutAgentTasks } from './ces-regions.js';
import type { Operation, OperationContext } from './operation.js';
import { parseWith } from './parse-input.js';
import { withNumbers } from './query-numbers.js';

const NAME = 'ListAgentInvocations';
const LARGEST_PAGE = 100;
/** A hundred thousand tasks at the largest page: an account with more needs a filter, not a longer walk. */
const MOST_PAGES = 1_000;

/** `count` is the cloud's total of the query for one page, the number of tasks given for a walk. */
export interface ListInvocationsBody {
  readonly invocations: readonly InvocationInfo[];
  readonly count: number;
}

type Query = Record<string, string | number | undefined>;

/** The cloud's own filters; null counts as not given. */
function filtersOf(input: ListInvocationsInput): Query {
  const { instance_id, instance_type, invocation_id, invocation_type, invocation_target } = input;
  const filters = { instance_id, instance_type, invocation_id, invocation_type, invocation_target };
  return Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, value ?? undefined]));
}

async function onePage(input: ListInvocationsInput, cloud: CloudClient): Promise<ListInvocationsBody> {
  const query = { ...filtersOf(input), offset: input.offset ?? undefined, limit: input.limit ?? undefined };
  const page = await listAgentInvocations(cloud, query);
  return { invocations: page.invocations, count: page.count ?? page.invocations.length };
}

function endless(problem: string): CloudReplyError {
  const remedy = 'Nothing was changed by reading; narrow the filters, or ask for single pages with limit and offset.';
  return new CloudReplyError(`ces ${NAME} ${problem}. ${remedy}`, { service: 'ces' });
}

type Page = ListedInvocations;

/** Gathers rows, each task once. A row without an id is always kept: nothing tells whether it was there before. */
class Gathered {
  readonly rows: InvocationInfo[] = [];
  readonly #seen = new Set<string>();
  #previous = '';

  /** Takes in a page; false where it holds nothing new, as the very same page once more does. */
  add({ invocations }: Page): boolean {
    const content = JSON.stringify(invocations);
    if (content === this.#previous) return false;
    this.#previous = content;
    const before = this.rows.length;
    for (const row of invocations) {
      if (this.#isKnown(row)) continue;
      if (row.invocation_id) this.#seen.add(row.invocation_id);
      this.rows.push(row);
    }
    return this.rows.length > before;
  }

  /** Whether a page holds a task that is not among the gathered ones. */
  isNews({ invocations }: Page): boolean {
    return invocations.some((row) => row.invocation_id && !this.#isKnown(row));
  }

  #isKnown({ invocation_id }: InvocationInfo): boolean {
    return this.#seen.has(invocation_id || '');
  }
}

/**
 * Reads page after page. `count` can be wrong, so it does not end the walk: a short page does, and where `count` promises
 * more behind it, the next page has to be empty too. Rows move while one pages by offset, so a task seen before is left out.
 * A full page without anything new is either a whole page of tasks created meanwhile, which the first page then shows, or a
 * cloud that ignores the offset.
 */
async function everyPage(input: ListInvocationsInput, context: OperationContext): Promise<InvocationInfo[]> {
  const limit = input.limit ?? LARGEST_PAGE;
  const start = input.offset ?? 0;
  const read = (offset: number) => listAgentInvocations(context.cloud, { ...filtersOf(input), offset, limit });
  const gathered = new Gathered();
  let offset = start;
  /** The total by the last page that told one: a page without it takes no promise back. */
  let count: number | undefined;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await read(offset);
    const rows = answer.invocations.length + answer.dropped;
    count = answer.count ?? count;
    const promisesMore = count !== undefined && count > offset + rows;
    const fresh = gathered.add(answer);
    if (rows < limit && !(fresh && promisesMore)) {
      if (promisesMore) logWrongCount(count, offset + rows, context);
      return gathered.rows;
    }
    if (!fresh && !gathered.isNews(await read(start))) {
      throw endless(`gave a full page without any new task at offset ${offset}`);
    }
    offset += rows;
  }
  throw endless(`had more after ${MOST_PAGES} pages`);
}

function logWrongCount(count: number | undefined, delivered: number, context: OperationContext): void {
  context.log('WARN', `${NAME} counts more tasks than its pages give`, { count, delivered });
}

/** The query of a URL as input: besides the numbers, `all` becomes true or false. */
export function listInputFromQuery(query: Record<string, string | string[]>): unknown {
  const { all, ...others } = withNumbers(query, ['limit', 'offset']);
  if (all === undefined) return others;
  return { ...others, all: all === 'true' || all === 'false' ? all === 'true' : all };
}

/**
 * Cloud Eye: query the Agent maintenance tasks of the last three months (CES list page). One page as asked for, or all pages
 * with `all` or `invocation_status`. @throws FleetbatchError; a failing page fails the whole walk, which only read
 */
export const listInvocations: Operation<ListInvocationsInput, ListInvocationsBody> = {
  name: NAME,
  parse: parseWith(listInvocationsInput),
  run: async (input, context) => {
    refuseRegionWithoutAgentTasks(NAME, context.region);
    const { all, invocation_status: wanted } = input;
    if (!all && !wanted) {
      const body = await onePage(input, context.cloud);
      return { status: 200, body, items: { ok: body.invocations.length, failed: 0 } };
    }
    const rows = await everyPage(input, context);
    const statuses: readonly unknown[] | undefined = wanted ?? undefined;
    const invocations = statuses ? rows.filter((row) => statuses.includes(row.invocation_status)) : rows;
    return {
      status: 200,
      body: { invocations, count: invocations.length },
      items: { ok: invocations.length, failed: 0 },
    };
  },
};
