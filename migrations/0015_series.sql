-- Series: what remote write and OTLP bring, from the rules by which a series
-- becomes a signal of a system to the points of which hours are made.
-- Times of points are numbers: milliseconds, and hours, since 1970 in UTC.
-- +goose Up
-- The first rule that fits a series takes it.
CREATE TABLE usage_rules (
  id             {{id}},
  probe_id       bigint  NOT NULL,             -- 0 for all probes
  position       integer NOT NULL,             -- among the rules of the probe, from 1
  format         text    NOT NULL CHECK (format IN ('any', 'write', 'otlp')),
  metric         text    NOT NULL,             -- with * and ?
  conditions     {{json}} NOT NULL,            -- labels and what they must be
  system_by      text    NOT NULL CHECK (system_by IN ('only', 'fixed', 'label')),
  system         text    NOT NULL DEFAULT '',  -- the code, or the label that holds it
  names          {{json}} NOT NULL,            -- other values of the label, and their codes
  signal         text    NOT NULL,
  reading        text    NOT NULL CHECK (reading IN ('auto', 'counter', 'gauge', 'delta', 'idle')),
  numerator      bigint  NOT NULL CHECK (numerator > 0),
  denominator    bigint  NOT NULL CHECK (denominator > 0),
  source_label   text    NOT NULL DEFAULT '',
  note           text    NOT NULL DEFAULT '',
  updated_at     {{ts}}  NOT NULL,
  updated_by     bigint  NOT NULL,
  updated_name   text    NOT NULL,
  version        bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX usage_rules_probe ON usage_rules (probe_id, position);

-- A series and what it was read as when it first came.
CREATE TABLE usage_series (
  id             {{id}},
  probe_id       bigint  NOT NULL,
  fingerprint    {{bytes}} NOT NULL,           -- of its name, its labels, and all that follows
  system_id      bigint  NOT NULL,
  source_id      bigint  NOT NULL,
  signal         text    NOT NULL,
  reading        text    NOT NULL,
  numerator      bigint  NOT NULL,
  denominator    bigint  NOT NULL,
  metric         text    NOT NULL,
  labels         {{json}} NOT NULL,
  first_hour     integer NOT NULL,             -- of its points; 0 as long as there are none
  last_hour      integer NOT NULL,
  created_at     {{ts}}  NOT NULL,
  UNIQUE (probe_id, fingerprint)
);
CREATE INDEX usage_series_source ON usage_series (source_id, system_id);

-- Samples that were acknowledged and wait to be folded into points.
CREATE TABLE usage_inbox (
  id             {{id}},
  probe_id       bigint  NOT NULL,
  received_at    {{ts}}  NOT NULL,
  samples        integer NOT NULL,
  size           integer NOT NULL,
  body           {{bytes}} NOT NULL,
  trouble        text    NOT NULL DEFAULT ''   -- why it was laid aside; empty while it waits
);
CREATE INDEX usage_inbox_waiting ON usage_inbox (trouble, id);

-- The points of an hour of a series, and what they say of it.
CREATE TABLE usage_points (
  series_id      bigint  NOT NULL,
  hour           integer NOT NULL,
  millis         integer NOT NULL,             -- of the hour that were measured
  amount         bigint,                       -- NULL is not known
  last_at        bigint  NOT NULL,             -- the last point
  last_value     double precision NOT NULL,
  points         {{bytes}} NOT NULL,
  PRIMARY KEY (series_id, hour)
){{if pg}} WITH (fillfactor = 60){{end}};
CREATE INDEX usage_points_hour ON usage_points (hour);

-- Series that no rule takes, by name and by the names of their labels.
CREATE TABLE usage_unmapped (
  probe_id       bigint  NOT NULL,
  metric         text    NOT NULL,
  signature      text    NOT NULL,
  format         text    NOT NULL,
  kind           text    NOT NULL,
  samples        bigint  NOT NULL,
  first_at       {{ts}}  NOT NULL,
  last_at        {{ts}}  NOT NULL,
  labels         {{json}} NOT NULL,            -- the newest example
  value          double precision NOT NULL,
  PRIMARY KEY (probe_id, metric, signature)
);

-- The one row: how often rules have changed, and how many lots were folded.
-- Whoever folds a lot holds it, so that one does at a time.
CREATE TABLE usage_series_state (
  id             integer PRIMARY KEY CHECK (id = 1),
  rules          bigint  NOT NULL,
  lots           bigint  NOT NULL
);
INSERT INTO usage_series_state (id, rules, lots) VALUES (1, 1, 0);

-- +goose Down
DROP TABLE usage_series_state;
DROP TABLE usage_unmapped;
DROP TABLE usage_points;
DROP TABLE usage_inbox;
DROP TABLE usage_series;
DROP TABLE usage_rules;
