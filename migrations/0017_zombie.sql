-- How unused systems are found: the numbers by which it is done, what is
-- remembered of each system from day to day, the runs, and what they found.
-- Days are numbers, as in usage: days since 1970 in Asia/Shanghai.
-- +goose Up
CREATE TABLE zombie_policies (
  version        bigint  PRIMARY KEY,
  name           text    NOT NULL,
  state          text    NOT NULL CHECK (state IN ('draft', 'in_force', 'dropped')),
  applies_from   integer NOT NULL DEFAULT 0,  -- first day; 0 is from the beginning, or a draft
  numbers        {{json}} NOT NULL,
  reason         text    NOT NULL,
  made_by        bigint  NOT NULL,
  made_name      text    NOT NULL,
  made_at        {{ts}}  NOT NULL,
  decided_by     bigint  NOT NULL DEFAULT 0,
  decided_name   text    NOT NULL DEFAULT '',
  decided_at     {{ts}},
  decided_reason text    NOT NULL DEFAULT '',
  revision       bigint  NOT NULL CHECK (revision > 0)
);

-- What is true of a day for all systems, as it was when the day was run.
CREATE TABLE zombie_weather (
  day            integer PRIMARY KEY,
  working        {{bool}} NOT NULL,
  reporting      integer NOT NULL,            -- systems of which anything was measured
  volume         bigint  NOT NULL,            -- requests to all of them
  partial        {{bool}} NOT NULL
);

CREATE TABLE zombie_runs (
  day            integer PRIMARY KEY,
  state          text    NOT NULL CHECK (state IN ('running', 'finished', 'held', 'discarded', 'superseded')),
  policy_version bigint  NOT NULL,
  started_at     {{ts}}  NOT NULL,
  finished_at    {{ts}},
  started_name   text    NOT NULL,
  working        {{bool}} NOT NULL,
  partial        {{bool}} NOT NULL,
  systems        integer NOT NULL,            -- that were evaluated
  measured       integer NOT NULL,            -- of which the day was measured
  insufficient   integer NOT NULL,            -- of which too little is known
  met            integer NOT NULL,
  suspected      integer NOT NULL,
  fresh          integer NOT NULL,            -- suspected or met since this run
  cleared        integer NOT NULL,            -- no longer suspected or met since this run
  changed        integer NOT NULL,            -- verdicts that are not as the day before
  rebuilt        integer NOT NULL,            -- systems made anew from facts that came late
  corrections    integer NOT NULL,            -- how often the day was run again
  corrected_at   {{ts}},
  decided_by     bigint  NOT NULL DEFAULT 0,
  decided_name   text    NOT NULL DEFAULT '',
  decided_at     {{ts}},
  decided_reason text    NOT NULL DEFAULT ''
);

-- What is remembered of a system at the end of a day. Rows of earlier days go
-- when a later day is finished.
CREATE TABLE zombie_states (
  day            integer NOT NULL,
  system_id      bigint  NOT NULL,
  state          {{bytes}} NOT NULL,
  PRIMARY KEY (day, system_id)
){{if pg}}{{else}} WITHOUT ROWID{{end}};

-- What was found of a system, for as long as it was the same.
CREATE TABLE zombie_verdicts (
  system_id      bigint   NOT NULL,
  mark           bigint   NOT NULL,           -- changes when people must learn of it
  confidence     integer  NOT NULL,           -- that nobody comes back, in ten-thousandths
  valid_from     integer  NOT NULL,
  valid_to       integer  NOT NULL,           -- last day; 2147483647 while it holds
  policy_version bigint   NOT NULL,
  strength       smallint NOT NULL,           -- 2 met, 1 suspected, 0 neither
  z1             smallint NOT NULL,
  z2             smallint NOT NULL,
  z3             smallint NOT NULL,
  z4             smallint NOT NULL,
  z5             smallint NOT NULL,
  body           {{json}} NOT NULL,           -- grounds and figures
  PRIMARY KEY (system_id, valid_from)
){{if pg}}{{else}} WITHOUT ROWID{{end}};
CREATE INDEX zombie_verdicts_found ON zombie_verdicts (valid_to, strength, confidence);

-- What a run would change, until it is finished or somebody has decided.
CREATE TABLE zombie_changes (
  day            integer  NOT NULL,
  system_id      bigint   NOT NULL,
  mark           bigint   NOT NULL,
  confidence     integer  NOT NULL,
  policy_version bigint   NOT NULL,
  strength       smallint NOT NULL,
  z1             smallint NOT NULL,
  z2             smallint NOT NULL,
  z3             smallint NOT NULL,
  z4             smallint NOT NULL,
  z5             smallint NOT NULL,
  body           {{json}} NOT NULL,
  PRIMARY KEY (day, system_id)
){{if pg}}{{else}} WITHOUT ROWID{{end}};

-- Lots of a run that are done, so that one that broke off goes on.
CREATE TABLE zombie_lots (
  day            integer NOT NULL,
  first_id       bigint  NOT NULL,
  last_id        bigint  NOT NULL,
  counts         {{json}} NOT NULL,
  PRIMARY KEY (day, first_id)
);

-- Systems of which facts came late, with the first day of these.
CREATE TABLE zombie_late (
  system_id      bigint  PRIMARY KEY,
  day            integer NOT NULL
);

-- Verdicts that a second run of a day replaced.
CREATE TABLE zombie_replaced (
  id             {{id}},
  day            integer NOT NULL,
  system_id      bigint  NOT NULL,
  policy_version bigint  NOT NULL,
  body           {{json}} NOT NULL,
  replaced_at    {{ts}}  NOT NULL
);
CREATE INDEX zombie_replaced_system ON zombie_replaced (system_id, day);

-- Drills of systems for emergencies, and business items of systems that are
-- handled elsewhere or were abolished: declared by the department, accepted by
-- the centre.
CREATE TABLE zombie_declarations (
  id             {{id}},
  system_id      bigint  NOT NULL REFERENCES systems (id),
  kind           text    NOT NULL CHECK (kind IN ('drill', 'handled', 'abolished')),
  day            {{date}} NOT NULL,           -- of the drill, or since when
  text           text    NOT NULL,
  state          text    NOT NULL CHECK (state IN ('declared', 'accepted', 'refused', 'withdrawn')),
  declared_by    bigint  NOT NULL,
  declared_name  text    NOT NULL,
  declared_at    {{ts}}  NOT NULL,
  decided_by     bigint  NOT NULL DEFAULT 0,
  decided_name   text    NOT NULL DEFAULT '',
  decided_at     {{ts}},
  decided_reason text    NOT NULL DEFAULT '',
  version        bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX zombie_declarations_system ON zombie_declarations (system_id, kind, state);

-- What a draft policy would change.
CREATE TABLE zombie_simulations (
  id             {{id}},
  policy_version bigint  NOT NULL REFERENCES zombie_policies (version),
  day            integer NOT NULL,
  state          text    NOT NULL CHECK (state IN ('waiting', 'running', 'finished', 'failed')),
  systems        integer NOT NULL,
  done           integer NOT NULL,
  result         {{json}} NOT NULL,
  note           text    NOT NULL DEFAULT '',
  asked_by       bigint  NOT NULL,
  asked_name     text    NOT NULL,
  asked_at       {{ts}}  NOT NULL,
  finished_at    {{ts}}
);

-- +goose Down
DROP TABLE zombie_simulations;
DROP TABLE zombie_declarations;
DROP TABLE zombie_replaced;
DROP TABLE zombie_late;
DROP TABLE zombie_lots;
DROP TABLE zombie_changes;
DROP TABLE zombie_verdicts;
DROP TABLE zombie_states;
DROP TABLE zombie_runs;
DROP TABLE zombie_weather;
DROP TABLE zombie_policies;
