-- What became of the calls that came with an Idempotency-Key, or from a timer. Of a request only its hash is kept.

CREATE TABLE idempotency_keys (
  -- The name of the function: the same key may be used with each.
  function text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  -- Which invocation holds it.
  owner text NOT NULL,
  state text NOT NULL DEFAULT 'in_progress' CHECK (state IN ('in_progress', 'answered', 'unknown')),
  -- From then on the invocation cannot be running any more.
  in_progress_until timestamptz NOT NULL,
  -- The answer as an HTTP caller gets it; json and not jsonb, to repeat it as it was.
  status smallint,
  body json,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (function, key)
);

CREATE INDEX idempotency_keys_expired ON idempotency_keys (expires_at);
