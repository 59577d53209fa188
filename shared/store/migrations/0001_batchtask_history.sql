-- What IoTDA told about its batch tasks: every news once, and the present state of each task.

CREATE TABLE batchtask_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_id text NOT NULL,
  app_id text,
  task_type text,
  -- As it came, for example Waitting; state is the same in one spelling.
  status text NOT NULL,
  state text NOT NULL,
  status_desc text,
  -- When the task changed; when the news came, where it is not timed.
  event_time_ms bigint NOT NULL,
  -- Whether the platform itself told the time.
  timed boolean NOT NULL,
  source text NOT NULL CHECK (source IN ('push', 'reconcile')),
  request_id text,
  -- json and not jsonb: that would refuse the character NUL, and push bodies are kept as they came.
  raw json NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (task_id, status, event_time_ms)
);

-- A push without a time is told from another one by its request id.
CREATE UNIQUE INDEX batchtask_events_request ON batchtask_events (task_id, status, request_id)
  WHERE NOT timed AND request_id IS NOT NULL;

CREATE TABLE batchtasks (
  task_id text PRIMARY KEY,
  app_id text,
  task_type text,
  status text NOT NULL,
  state text NOT NULL,
  status_desc text,
  terminal boolean NOT NULL,
  event_time_ms bigint NOT NULL,
  timed boolean NOT NULL,
  source text NOT NULL,
  -- Orders the states of one millisecond: the one that ends a task counts.
  state_rank smallint NOT NULL,
  -- True where the last news only repeated the state that the task had.
  repeated boolean NOT NULL DEFAULT false,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- For whoever asks after tasks that went quiet, and for removing the ended ones.
CREATE INDEX batchtasks_open ON batchtasks (changed_at) WHERE NOT terminal;
CREATE INDEX batchtasks_ended ON batchtasks (changed_at) WHERE terminal;
