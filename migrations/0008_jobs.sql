-- Work by the clock: who leads, and what ran for which slot.
-- +goose Up
-- Who may run the jobs. The holder renews its lease; when it does not, another
-- node takes it with the next epoch.
CREATE TABLE leases (
  name       text   PRIMARY KEY,
  holder     text   NOT NULL,
  epoch      bigint NOT NULL CHECK (epoch >= 0),
  expires_at {{ts}} NOT NULL
);
INSERT INTO leases (name, holder, epoch, expires_at) VALUES ('jobs', '', 0, '2017-10-24 00:00:00+00:00');

-- One row per job and planned time: that a slot runs once, on one node, is
-- this unique key and not a lock.
CREATE TABLE job_runs (
  id          {{id}},
  job         text    NOT NULL,
  slot        {{ts}}  NOT NULL,             -- when it was planned
  status      text    NOT NULL CHECK (status IN ('running', 'done', 'failed', 'skipped')),
  by_hand     {{bool}} NOT NULL,            -- asked for by a person, outside the plan
  node        text    NOT NULL,
  epoch       bigint  NOT NULL,             -- of the lease it ran under
  attempt     integer NOT NULL CHECK (attempt > 0),
  started_at  {{ts}}  NOT NULL,
  finished_at {{ts}},
  note        text    NOT NULL DEFAULT '',  -- what came of it, or why it failed
  UNIQUE (job, slot)
);
CREATE INDEX job_runs_started ON job_runs (started_at);

-- +goose Down
DROP TABLE job_runs;
DROP TABLE leases;
