-- Who may get money for operation and maintenance in a fiscal year, and why
-- (办法 art. 20; 方案 part 2 (9), part 3 (5)).
-- +goose Up
CREATE TABLE funding_runs (
  id               {{id}},
  year             integer NOT NULL CHECK (year BETWEEN 2000 AND 2200), -- fiscal year
  kind             text    NOT NULL CHECK (kind IN ('build', 'maintenance', 'acceptance')),
  serial           integer NOT NULL CHECK (serial > 0),          -- within the year
  frozen_on        {{date}} NOT NULL,
  frozen_at        {{ts}}  NOT NULL,
  frozen_by        bigint  NOT NULL,
  frozen_name      text    NOT NULL,
  reason           text    NOT NULL,                             -- why the run before was replaced
  table_version    bigint  NOT NULL,
  rules            {{json}} NOT NULL,                            -- the table, as it decided
  systems          bigint  NOT NULL,
  amount           bigint  NOT NULL,                             -- fen
  hash             text    NOT NULL,                             -- over the facts and the results of all systems
  replaced_at      {{ts}},
  version          bigint  NOT NULL CHECK (version > 0),
  UNIQUE (year, kind, serial)
);
CREATE UNIQUE INDEX funding_runs_now ON funding_runs (year, kind) WHERE replaced_at IS NULL;

-- A system in a run, as it stands now.
CREATE TABLE funding_items (
  id               {{id}},
  run_id           bigint  NOT NULL REFERENCES funding_runs (id),
  system_id        bigint  NOT NULL REFERENCES systems (id),
  department_id    bigint  NOT NULL REFERENCES departments (id),
  code             text    NOT NULL,
  name             text    NOT NULL,
  amount           bigint,                                       -- fen of the year; none is not known
  stage            text    NOT NULL CHECK (stage IN ('found', 'opined', 'decided')),
  result           text    NOT NULL,
  rules            text    NOT NULL,                             -- |F9|F13|, the first one decides
  forecast         text    NOT NULL,                             -- rule that holds from a later year on
  until_on         {{date}},                                     -- last day of a condition
  from_on          {{date}},                                     -- since when the result holds, within the year
  office_result    text    NOT NULL,
  office_text      text    NOT NULL,
  office_at        {{ts}},
  office_name      text    NOT NULL,
  reform_result    text    NOT NULL,
  reform_text      text    NOT NULL,
  reform_at        {{ts}},
  reform_name      text    NOT NULL,
  appeal_until     {{date}},                                     -- last day on which the head may appeal
  decided_at       {{ts}},
  decided_name     text    NOT NULL,
  decision_text    text    NOT NULL,
  kept_amount      bigint,                                       -- security and export of data, until it is gone
  kept_note        text    NOT NULL,
  plea             text    NOT NULL CHECK (plea IN ('', 'submitted', 'verified', 'consulted')),
  finding          bigint  NOT NULL CHECK (finding > 0),         -- number of the finding in force
  updated_at       {{ts}}  NOT NULL,
  updated_by       bigint  NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0),
  UNIQUE (run_id, system_id)
);
CREATE INDEX funding_items_result ON funding_items (run_id, result);
CREATE INDEX funding_items_department ON funding_items (run_id, department_id);

-- Every result that a system has had, with the facts behind it. Never changed.
CREATE TABLE funding_findings (
  item_id          bigint  NOT NULL REFERENCES funding_items (id),
  number           bigint  NOT NULL CHECK (number > 0),
  way              text    NOT NULL CHECK (way IN ('frozen', 'decided', 'excepted', 'rechecked')),
  at               {{ts}}  NOT NULL,
  by_id            bigint  NOT NULL,
  by_name          text    NOT NULL,
  facts            {{json}} NOT NULL,                            -- canonical
  digest           text    NOT NULL,
  result           text    NOT NULL,
  rules            text    NOT NULL,
  amount           bigint,
  until_on         {{date}},
  from_on          {{date}},
  reason           text    NOT NULL,
  PRIMARY KEY (item_id, number)
);

-- What the head of a department puts forward: an appeal against the opinion, or
-- that the system should be looked at again.
CREATE TABLE funding_pleas (
  id               {{id}},
  item_id          bigint  NOT NULL REFERENCES funding_items (id),
  department_id    bigint  NOT NULL REFERENCES departments (id),
  kind             text    NOT NULL CHECK (kind IN ('appeal', 'recheck')),
  state            text    NOT NULL CHECK (state IN ('submitted', 'verified', 'consulted', 'granted', 'upheld', 'changed', 'withdrawn')),
  text             text    NOT NULL,
  submitted_on     {{date}} NOT NULL,
  submitted_name   text    NOT NULL,
  verdict          text    NOT NULL CHECK (verdict IN ('', 'changed', 'support', 'uphold')),
  verdict_text     text    NOT NULL,
  verified_on      {{date}},
  verified_name    text    NOT NULL,
  due_on           {{date}},                                     -- as it stood when the term ended
  late_wd          bigint,
  meeting_on       {{date}},
  meeting_text     text    NOT NULL,
  meeting_name     text    NOT NULL,
  closed_on        {{date}},
  closed_name      text    NOT NULL,
  closed_text      text    NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX funding_pleas_item ON funding_pleas (item_id, id);
CREATE UNIQUE INDEX funding_pleas_open ON funding_pleas (item_id) WHERE state IN ('submitted', 'verified', 'consulted');

CREATE TABLE funding_steps (
  item_id          bigint  NOT NULL REFERENCES funding_items (id),
  number           bigint  NOT NULL,
  at               {{ts}}  NOT NULL,
  account_id       bigint  NOT NULL,
  name             text    NOT NULL,
  department       text    NOT NULL,
  action           text    NOT NULL,
  note             text    NOT NULL,
  PRIMARY KEY (item_id, number)
);

-- +goose Down
DROP TABLE funding_steps;
DROP TABLE funding_pleas;
DROP TABLE funding_findings;
DROP TABLE funding_items;
DROP TABLE funding_runs;
