import { listAgentInvocations } from '../client/ces.js';
import type { CloudClient } from '../client/cloud-client.js';
import { CloudReplyError } from '../client/errors.js';
import {
  type InvocationInfo,
  type ListInvocationsInput,
  listInvocationsInput,
} from '../schemas/ces-agent-invocations.js';
import { refuseRegionWithoutAgentTasks } from './ces-regions.js';
import type { Operation } from './operation.js';
import { parseWith } from './parse-input.js';

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

/**
 * Reads page after page until a short one. `count` does not end the walk, it can be wrong. Rows move while one pages by
 * offset, so a task seen before is left out; a row without an id is always kept.
 */
async function everyPage(input: ListInvocationsInput, cloud: CloudClient): Promise<InvocationInfo[]> {
  const limit = input.limit ?? LARGEST_PAGE;
  const filters = filtersOf(input);
  const seen = new Set<string>();
  const found: InvocationInfo[] = [];
  let offset = input.offset ?? 0;
  let previous = '';
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { invocations, dropped } = await listAgentInvocations(cloud, { ...filters, offset, limit });
    const rows = invocations.length + dropped;
    const before = found.length;
    const content = JSON.stringify(invocations);
    for (const row of invocations) {
      if (row.invocation_id && seen.has(row.invocation_id)) continue;
      if (row.invocation_id) seen.add(row.invocation_id);
      found.push(row);
    }
    if (rows < limit) return found;
    if (found.length === before || content === previous)
      throw endless(`gave a full page without any new task at offset ${offset}`);
    offset += rows;
    previous = content;
  }
  throw endless(`had more after ${MOST_PAGES} pages`);
}

const SINGLE_NUMBERS = ['limit', 'offset'];

function fromText(name: string, value: string | string[]): unknown {
  if (SINGLE_NUMBERS.includes(name) && typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  if (name === 'all' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

/**
 * The query of a URL as input: digits of `limit` and `offset` become numbers, `all` becomes true or false. Whatever cannot be
 * turned stays as it is, so that the check names it; a parameter given twice stays a list.
 */
export function listInputFromQuery(query: Record<string, string | string[]>): unknown {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, fromText(name, value)]));
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
    const rows = await everyPage(input, context.cloud);
    const statuses: readonly unknown[] | undefined = wanted ?? undefined;
    const invocations = statuses ? rows.filter((row) => statuses.includes(row.invocation_status)) : rows;
    return {
      status: 200,
      body: { invocations, count: invocations.length },
      items: { ok: invocations.length, failed: 0 },
    };
  },
};
