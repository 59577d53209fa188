-- Tasks that went quiet are asked for: when next, how often since the last news, and since when IoTDA does not know one any more.
ALTER TABLE batchtasks
  ADD COLUMN asked_at timestamptz,
  ADD COLUMN next_ask_at timestamptz,
  ADD COLUMN asks integer NOT NULL DEFAULT 0,
  ADD COLUMN gone_at timestamptz;
