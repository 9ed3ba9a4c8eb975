-- What systems are used for: states of hours as sources send them, days and
-- months made of them. Times are numbers: bucket counts hours since 1970 in
-- UTC, day and month count days and months since 1970 in Asia/Shanghai.
-- A signal that was not measured is NULL; measured, covered and given are bits
-- in the order of the signals. Nothing here refers to other tables: rows are
-- many, and ids are checked where they come in.
-- +goose Up
-- Where a probe measures. A source that lost its counters comes back under
-- another epoch.
CREATE TABLE usage_sources (
  id             {{id}},
  probe_id       bigint NOT NULL,
  name           text   NOT NULL,
  epoch          bigint NOT NULL,
  created_at     {{ts}} NOT NULL,
  UNIQUE (probe_id, name, epoch)
);

-- The newest state of an hour of a system as one source saw it: the one with
-- the greatest seq. Partitions are made and dropped by the service.
CREATE TABLE usage_hour (
  system_id       bigint   NOT NULL,
  seq             bigint   NOT NULL,
  requests        bigint,
  human_requests  bigint,
  errors          bigint,
  api_in          bigint,
  api_out         bigint,
  net_bytes       bigint,
  storage_bytes   bigint,
  last_write      bigint,                    -- seconds since 1970
  bucket          integer  NOT NULL,
  source_id       integer  NOT NULL,
  logins          integer,
  business_tx     integer,
  users           integer,
  machine_clients integer,
  measured        integer  NOT NULL,
  minutes         smallint NOT NULL,
  cpu_avg         smallint,                  -- hundredths of a percent
  cpu_max         smallint,
  cpu_p95         smallint,
  cpu_p05         smallint,
  mem_avg         smallint,
  mem_max         smallint,
  disk_max        smallint,
  users_sketch    {{bytes}},
  machines_sketch {{bytes}},
  sketch_key      text,
  build           text,
  PRIMARY KEY (system_id, bucket, source_id)
) {{if pg}}PARTITION BY RANGE (bucket){{else}}WITHOUT ROWID{{end}};

-- What a correction replaced after the day was over.
CREATE TABLE usage_hour_past (
  system_id       bigint   NOT NULL,
  seq             bigint   NOT NULL,
  requests        bigint,
  human_requests  bigint,
  errors          bigint,
  api_in          bigint,
  api_out         bigint,
  net_bytes       bigint,
  storage_bytes   bigint,
  last_write      bigint,
  bucket          integer  NOT NULL,
  source_id       integer  NOT NULL,
  logins          integer,
  business_tx     integer,
  users           integer,
  machine_clients integer,
  measured        integer  NOT NULL,
  minutes         smallint NOT NULL,
  cpu_avg         smallint,
  cpu_max         smallint,
  cpu_p95         smallint,
  cpu_p05         smallint,
  mem_avg         smallint,
  mem_max         smallint,
  disk_max        smallint,
  users_sketch    {{bytes}},
  machines_sketch {{bytes}},
  sketch_key      text,
  build           text,
  replaced_at     {{ts}}   NOT NULL,
  PRIMARY KEY (system_id, bucket, source_id, seq)
){{if pg}}{{else}} WITHOUT ROWID{{end}};

-- The day of a system, made anew from its hours whenever they change.
CREATE TABLE usage_day (
  system_id       bigint   NOT NULL,
  requests        bigint,
  human_requests  bigint,
  errors          bigint,
  api_in          bigint,
  api_out         bigint,
  net_bytes       bigint,
  storage_bytes   bigint,
  work_requests   bigint   NOT NULL,         -- of people (else all), 8 to 18 o'clock
  last_write      bigint,
  day             integer  NOT NULL,
  logins          integer,
  business_tx     integer,
  users           integer,
  machine_clients integer,
  measured        integer  NOT NULL,
  covered         integer  NOT NULL,         -- measured for long enough
  given           integer  NOT NULL,         -- from files
  minutes         smallint NOT NULL,
  active_hours    smallint NOT NULL,
  notes           smallint NOT NULL,
  cpu_avg         smallint,
  cpu_max         smallint,
  cpu_p95         smallint,
  cpu_p05         smallint,
  mem_avg         smallint,
  mem_max         smallint,
  disk_max        smallint,
  PRIMARY KEY (system_id, day)
) {{if pg}}PARTITION BY RANGE (day){{else}}WITHOUT ROWID{{end}};

-- What is seldom read of a day: sketches, and its 24 hours in a packed form.
CREATE TABLE usage_day_ext (
  system_id       bigint   NOT NULL,
  day             integer  NOT NULL,
  users_sketch    {{bytes}},
  machines_sketch {{bytes}},
  sketch_key      text,
  hours           {{bytes}},
  PRIMARY KEY (system_id, day)
) {{if pg}}PARTITION BY RANGE (day){{else}}WITHOUT ROWID{{end}};

CREATE TABLE usage_month (
  system_id       bigint   NOT NULL,
  requests        bigint,
  human_requests  bigint,
  errors          bigint,
  api_in          bigint,
  api_out         bigint,
  net_bytes       bigint,
  storage_bytes   bigint,
  work_requests   bigint   NOT NULL,
  last_write      bigint,
  month           integer  NOT NULL,
  logins          integer,
  business_tx     integer,
  users           integer,
  machine_clients integer,
  measured        integer  NOT NULL,
  minutes         integer  NOT NULL,
  active_hours    smallint NOT NULL,
  active_days     smallint NOT NULL,         -- days on which somebody used it
  notes           smallint NOT NULL,
  cpu_avg         smallint,
  cpu_max         smallint,
  cpu_p95         smallint,
  cpu_p05         smallint,
  mem_avg         smallint,
  mem_max         smallint,
  disk_max        smallint,
  days            {{bytes}} NOT NULL,        -- for each signal the number of days covered
  users_sketch    {{bytes}},
  machines_sketch {{bytes}},
  sketch_key      text,
  PRIMARY KEY (system_id, month)
){{if pg}}{{else}} WITHOUT ROWID{{end}};

-- Days whose hours or given figures changed after the day was over.
CREATE TABLE usage_dirty (
  system_id       bigint   NOT NULL,
  day             integer  NOT NULL,
  marked_at       {{ts}}   NOT NULL,
  PRIMARY KEY (system_id, day)
){{if pg}}{{else}} WITHOUT ROWID{{end}};

-- How far the roll-up has come; its one row is also the lock by which only one
-- node rolls up at a time.
CREATE TABLE usage_progress (
  id              integer  PRIMARY KEY CHECK (id = 1),
  rolled_through  integer  NOT NULL,         -- the last day that was rolled up after its end; 0 is none
  lots            bigint   NOT NULL
);
INSERT INTO usage_progress (id, rolled_through, lots) VALUES (1, 0, 0);

-- Figures of days that came in a file, for what no probe measured.
CREATE TABLE usage_day_given (
  system_id       bigint   NOT NULL,
  day             integer  NOT NULL,
  upload_id       bigint   NOT NULL,
  measured        integer  NOT NULL,
  requests        bigint,
  human_requests  bigint,
  errors          bigint,
  api_in          bigint,
  api_out         bigint,
  net_bytes       bigint,
  storage_bytes   bigint,
  last_write      bigint,
  logins          integer,
  business_tx     integer,
  users           integer,
  machine_clients integer,
  cpu_avg         smallint,
  cpu_max         smallint,
  cpu_p95         smallint,
  cpu_p05         smallint,
  mem_avg         smallint,
  mem_max         smallint,
  disk_max        smallint,
  given_by        bigint   NOT NULL,
  given_at        {{ts}}   NOT NULL,
  PRIMARY KEY (system_id, day, upload_id)
);
CREATE INDEX usage_day_given_upload ON usage_day_given (upload_id);

-- The rules for usage, each version as it was. The newest holds.
CREATE TABLE usage_policies (
  version         bigint   PRIMARY KEY,
  hour_days       integer  NOT NULL CHECK (hour_days BETWEEN 8 AND 400),
  day_days        integer  NOT NULL CHECK (day_days BETWEEN 400 AND 4000),
  coverage        integer  NOT NULL CHECK (coverage BETWEEN 10 AND 100),   -- percent of the minutes of a day
  sources         integer  NOT NULL CHECK (sources BETWEEN 1 AND 100000),  -- of one probe
  changed_at      {{ts}}   NOT NULL,
  changed_by      bigint   NOT NULL DEFAULT 0,  -- account, 0 for the service itself
  changed_name    text     NOT NULL DEFAULT '',
  reason          text     NOT NULL DEFAULT ''
);
INSERT INTO usage_policies (version, hour_days, day_days, coverage, sources, changed_at)
VALUES (1, 40, 1096, 80, 1000, '2017-10-24 00:00:00+00:00');

-- +goose Down
DROP TABLE usage_policies;
DROP TABLE usage_day_given;
DROP TABLE usage_progress;
DROP TABLE usage_dirty;
DROP TABLE usage_month;
DROP TABLE usage_day_ext;
DROP TABLE usage_day;
DROP TABLE usage_hour_past;
DROP TABLE usage_hour;
DROP TABLE usage_sources;
