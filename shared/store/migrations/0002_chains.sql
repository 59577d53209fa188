-- Chains: what runs there are, where each of their steps stands, and every attempt of a call.
-- Times are those of the database's own clock, so that instances with clocks apart agree on what is due.

CREATE TABLE chain_runs (
  id text PRIMARY KEY,
  chain text NOT NULL,
  -- What started it, hashed: the same event starts a chain once.
  event_key text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'needs_attention', 'cancelled')),
  -- Why it failed or needs a person, or what it went on without. Held: it has not begun, because a guard holds it back.
  reason text,
  held boolean NOT NULL DEFAULT false,
  -- The chain as it was when the run began: a deployment changes no run that is under way.
  definition json NOT NULL,
  trigger text NOT NULL CHECK (trigger IN ('batchtask', 'timer', 'manual', 'chain')),
  event json NOT NULL,
  -- How many chains stand above it, each of which started the next one when it failed.
  depth smallint NOT NULL DEFAULT 0,
  parent_id text REFERENCES chain_runs (id) ON DELETE SET NULL,
  position smallint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  UNIQUE (chain, event_key)
);

CREATE INDEX chain_runs_newest ON chain_runs (created_at DESC, id);
CREATE INDEX chain_runs_of_chain ON chain_runs (chain, created_at DESC);
CREATE INDEX chain_runs_over ON chain_runs (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE chain_steps (
  run_id text NOT NULL REFERENCES chain_runs (id) ON DELETE CASCADE,
  position smallint NOT NULL,
  -- 0, and further ones where for_each has more than one entry.
  item integer NOT NULL DEFAULT 0,
  name text NOT NULL,
  function text NOT NULL,
  state text NOT NULL CHECK (
    state IN ('planned', 'ready', 'calling', 'in_doubt', 'following', 'done', 'failed', 'needs_attention', 'cancelled')
  ),
  -- The entry of for_each, and the input once its expressions have values.
  item_value json,
  input json,
  -- What the next call sends where it is not the input: the retry of what failed.
  retry_input json,
  round smallint NOT NULL DEFAULT 0,
  -- Calls that were begun, each with a key of its own; tries counts those in a row of which nothing was sent.
  attempt smallint NOT NULL DEFAULT 0,
  tries smallint NOT NULL DEFAULT 0,
  idempotency_key text,
  called_at timestamptz,
  -- Where the outcome is unknown: who is asked next, and how often the cloud was looked at.
  doubt text CHECK (doubt IN ('function', 'cloud')),
  looks smallint NOT NULL DEFAULT 0,
  result json,
  follow json,
  error json,
  deadline_at timestamptz,
  -- When it is due; null where it is over.
  next_at timestamptz,
  lease_owner text,
  lease_until timestamptz,
  PRIMARY KEY (run_id, position, item)
);

CREATE INDEX chain_steps_due ON chain_steps (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE chain_attempts (
  run_id text NOT NULL,
  position smallint NOT NULL,
  item integer NOT NULL,
  attempt smallint NOT NULL,
  idempotency_key text NOT NULL,
  called_at timestamptz NOT NULL,
  -- Null where the engine did not live to see the answer.
  outcome text CHECK (outcome IN ('answered', 'not-sent', 'rejected', 'unknown')),
  status smallint,
  code text,
  message text,
  answered_at timestamptz,
  PRIMARY KEY (run_id, position, item, attempt),
  FOREIGN KEY (run_id, position, item) REFERENCES chain_steps ON DELETE CASCADE
);
