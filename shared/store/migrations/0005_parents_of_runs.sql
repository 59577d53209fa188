-- A run that is removed leaves its children without a parent: without an index each removal reads the whole table.
CREATE INDEX chain_runs_of_parent ON chain_runs (parent_id) WHERE parent_id IS NOT NULL;
