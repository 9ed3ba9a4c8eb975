-- The programme in force, and what departments hand in for its tasks. Whether a
-- task is done is worked out from the facts and never stored.
-- +goose Up
CREATE TABLE programmes (
  id            {{id}},
  key           text     NOT NULL,
  adopted_on    {{date}} NOT NULL,             -- in force from this day on
  files         {{json}} NOT NULL,             -- of a pack that does not ship: its text by file name
  adopted_at    {{ts}}   NOT NULL,
  adopted_by    bigint   NOT NULL,
  adopted_name  text     NOT NULL,
  reason        text     NOT NULL
);
CREATE INDEX programmes_day ON programmes (adopted_on, id);
INSERT INTO programmes (key, adopted_on, files, adopted_at, adopted_by, adopted_name, reason)
  VALUES ('xiangyang-2017', '2017-10-24', '{}', '2017-10-24 00:00:00+00:00', 0, 'qingce', '');

-- What a department shows for a task that no fact proves.
CREATE TABLE task_evidence (
  id             {{id}},
  term_key       text   NOT NULL,               -- P-22, P-39/2017-10
  department_id  bigint NOT NULL REFERENCES departments (id),
  state          text   NOT NULL CHECK (state IN ('draft', 'handed_in', 'accepted', 'returned')),
  text           text   NOT NULL,
  counts_on      {{date}},                      -- the day of handing in that counts
  submitted_at   {{ts}},
  submitted_by   bigint NOT NULL DEFAULT 0,
  submitted_name text   NOT NULL DEFAULT '',
  decided_at     {{ts}},
  decided_by     bigint NOT NULL DEFAULT 0,
  decided_name   text   NOT NULL DEFAULT '',
  reason         text   NOT NULL DEFAULT '',    -- of the return, or a remark on the acceptance
  created_at     {{ts}} NOT NULL,
  updated_at     {{ts}} NOT NULL,
  updated_by     bigint NOT NULL,
  version        bigint NOT NULL CHECK (version > 0),
  UNIQUE (term_key, department_id)
);
CREATE INDEX task_evidence_waiting ON task_evidence (state, submitted_at);
CREATE INDEX task_evidence_department ON task_evidence (department_id, term_key);

-- What the Office corrects in a task, with its reason.
CREATE TABLE task_marks (
  id             {{id}},
  term_key       text   NOT NULL,
  department_id  bigint NOT NULL REFERENCES departments (id),
  kind           text   NOT NULL CHECK (kind IN ('not_applicable', 'done')),
  done_on        {{date}},                      -- of kind done
  reason         text   NOT NULL,
  made_at        {{ts}} NOT NULL,
  made_by        bigint NOT NULL,
  made_name      text   NOT NULL,
  ended_at       {{ts}},
  ended_name     text   NOT NULL DEFAULT '',
  ended_reason   text   NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX task_marks_one ON task_marks (term_key, department_id) WHERE ended_at IS NULL;

-- What was done with evidence and reports, step by step.
CREATE TABLE scoring_steps (
  subject_kind text   NOT NULL,
  subject_id   bigint NOT NULL,
  number       bigint NOT NULL CHECK (number > 0),
  at           {{ts}} NOT NULL,
  account_id   bigint NOT NULL,
  name         text   NOT NULL,
  department   text   NOT NULL DEFAULT '',
  action       text   NOT NULL,
  note         text   NOT NULL DEFAULT '',
  PRIMARY KEY (subject_kind, subject_id, number)
);

-- The day of handing in that counts: what comes back within three working days
-- of its return keeps the day that it had.
ALTER TABLE forms ADD COLUMN counts_on {{date}};
ALTER TABLE catalog_filings ADD COLUMN counts_on {{date}};

-- +goose Down
ALTER TABLE catalog_filings DROP COLUMN counts_on;
ALTER TABLE forms DROP COLUMN counts_on;
DROP TABLE scoring_steps;
DROP TABLE task_marks;
DROP TABLE task_evidence;
DROP TABLE programmes;
