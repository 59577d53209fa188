import * as z from 'zod/mini';

// What the functions that list and steer runs of chains answer. Nothing is checked with these at run time: no bundle holds them.

const count = z.int().check(z.minimum(0));
const time = z.iso.datetime();
const runFields = {
  id: z.string(),
  chain: z.string(),
  state: z.enum(['running', 'finished', 'failed', 'needs_attention', 'cancelled']),
  reason: z.nullable(z.string()),
  held: z.boolean(),
  trigger: z.enum(['batchtask', 'timer', 'manual', 'chain']),
  step: z.nullable(z.string()),
  steps: count,
  position: count,
  depth: count,
  parent_id: z.nullable(z.string()),
  created_at: time,
  finished_at: z.nullable(time),
};

/** 200 of `retry-chain-run` and `cancel-chain-run`: the run as it is now. */
export const chainRunAnswer = z.object(runFields);

/** 200 of `list-chain-runs`; `total` counts all that fit, not only the page. */
export const listChainRunsAnswer = z.object({ runs: z.array(chainRunAnswer), total: count });

const attempt = z.object({
  attempt: count,
  idempotency_key: z.string(),
  called_at: time,
  outcome: z.nullable(z.string()),
  status: z.nullable(z.int()),
  code: z.nullable(z.string()),
  message: z.nullable(z.string()),
});

const step = z.object({
  name: z.string(),
  position: count,
  item: count,
  function: z.string(),
  state: z.string(),
  input: z.unknown(),
  result: z.unknown(),
  error: z.unknown(),
  attempts: z.array(attempt),
  round: count,
  next_at: z.nullable(time),
  deadline_at: z.nullable(time),
});

/** 200 of `show-chain-run`; secrets in inputs and results are `***`. */
export const showChainRunAnswer = z.object({
  ...runFields,
  event: z.unknown(),
  steps_so_far: z.array(step),
  children: z.array(z.string()),
});

/** 201 of `run-chain`: the run; 200 of a dry run: the steps with their inputs, as far as they can be told. */
export const runChainAnswer = z.union([
  chainRunAnswer,
  z.object({
    chain: z.string(),
    dry_run: z.literal(true),
    steps: z.array(
      z.object({
        name: z.string(),
        function: z.string(),
        inputs: z.nullable(z.array(z.unknown())),
        unresolved: z.nullable(z.string()),
        written: z.unknown(),
      }),
    ),
  }),
]);
