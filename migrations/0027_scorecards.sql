-- The months: what was counted of each body, frozen, objected to, approved and
-- published; the versions of the method; and how fresh mounted data were when.
-- +goose Up
CREATE TABLE score_policies (
  version          bigint  PRIMARY KEY CHECK (version > 0),
  state            text    NOT NULL CHECK (state IN ('draft', 'in_force')),
  from_month       text    NOT NULL DEFAULT '',                   -- 2017-10; empty for a draft
  method           {{json}} NOT NULL,
  reason           text    NOT NULL DEFAULT '',
  created_at       {{ts}}  NOT NULL,
  created_by       bigint  NOT NULL,
  created_name     text    NOT NULL,
  set_at           {{ts}},                                        -- when it was put in force
  set_name         text    NOT NULL DEFAULT '',
  revision         bigint  NOT NULL CHECK (revision > 0)
);
CREATE UNIQUE INDEX score_policies_draft ON score_policies (state) WHERE state = 'draft';
INSERT INTO score_policies (version, state, from_month, method, reason, created_at, created_by, created_name, set_at, set_name, revision)
  VALUES (1, 'in_force', '2017-10', '{"version":1,"weights":[20,20,10,25,15,10],"task_points":{"late":60,"late_long":30,"on_time":100,"undone":0},"late_wd":10,"joint_target":1,"key_area_target":2,"off":{"false_report":10,"misuse":10,"omission":2,"overdue_rectification":5},"off_cap":20,"ranked_from":40,"praise":90,"good":75,"remind":60,"report":40,"connected_for_praise":90,"appeal_wd":3,"window_days":30,"reply_days":365,"papers_target":0,"penalty_from":"2017-10-24"}',
    '方案 part 3 (5)', '2017-10-24 00:00:00+00:00', 0, '', '2017-10-24 00:00:00+00:00', '', 1);

CREATE TABLE score_months (
  id               {{id}},
  month            text    NOT NULL,                              -- 2017-11
  version          bigint  NOT NULL CHECK (version > 0),
  state            text    NOT NULL CHECK (state IN ('computing', 'frozen', 'appeal', 'reviewed', 'approved', 'published', 'superseded')),
  policy_version   bigint  NOT NULL REFERENCES score_policies (version),
  through_on       {{date}} NOT NULL,                             -- the last day that counts
  bodies           bigint  NOT NULL,
  hash             text    NOT NULL DEFAULT '',                   -- over policy and inputs, once frozen
  frozen_hash      text    NOT NULL DEFAULT '',                   -- as it was before what objections corrected
  computed_at      {{ts}}  NOT NULL,
  computed_name    text    NOT NULL,
  frozen_at        {{ts}},
  frozen_name      text    NOT NULL DEFAULT '',
  appeal_due       {{date}},
  reviewed_at      {{ts}},
  reviewed_name    text    NOT NULL DEFAULT '',
  approved_at      {{ts}},
  approved_name    text    NOT NULL DEFAULT '',
  published_at     {{ts}},
  published_name   text    NOT NULL DEFAULT '',
  reason           text    NOT NULL DEFAULT '',                   -- why a published month was corrected
  revision         bigint  NOT NULL CHECK (revision > 0),
  UNIQUE (month, version)
);

-- What was counted of a body: the rows behind every number, and the numbers.
CREATE TABLE score_inputs (
  month_id         bigint  NOT NULL REFERENCES score_months (id),
  department_id    bigint  NOT NULL REFERENCES departments (id),
  code             text    NOT NULL,
  name             text    NOT NULL,
  region           text    NOT NULL DEFAULT '',
  counts           {{json}} NOT NULL,
  facts            {{json}} NOT NULL,
  hash             text    NOT NULL,                              -- of the facts
  PRIMARY KEY (month_id, department_id)
);
CREATE INDEX score_inputs_department ON score_inputs (department_id, month_id);

CREATE TABLE score_objections (
  id               {{id}},
  month_id         bigint  NOT NULL REFERENCES score_months (id),
  department_id    bigint  NOT NULL REFERENCES departments (id),
  figure           text    NOT NULL,
  row_key          text    NOT NULL DEFAULT '',                   -- of the row that it is about, empty for the figure as a whole
  text             text    NOT NULL,
  state            text    NOT NULL CHECK (state IN ('raised', 'upheld', 'rejected', 'withdrawn')),
  answer           text    NOT NULL DEFAULT '',
  corrections      {{json}} NOT NULL,                             -- of rows, when it was upheld
  raised_at        {{ts}}  NOT NULL,
  raised_by        bigint  NOT NULL,
  raised_name      text    NOT NULL,
  answered_at      {{ts}},
  answered_by      bigint  NOT NULL DEFAULT 0,
  answered_name    text    NOT NULL DEFAULT '',
  revision         bigint  NOT NULL CHECK (revision > 0)
);
CREATE INDEX score_objections_month ON score_objections (month_id, department_id, id);
CREATE INDEX score_objections_department ON score_objections (department_id, state);

-- What is proposed for a body, and what people made of it.
CREATE TABLE score_proposals (
  month_id         bigint  NOT NULL REFERENCES score_months (id),
  department_id    bigint  NOT NULL REFERENCES departments (id),
  band             text    NOT NULL CHECK (band IN ('praise', 'criticise', 'report')),
  state            text    NOT NULL CHECK (state IN ('proposed', 'approved', 'declined')),
  reason           text    NOT NULL DEFAULT '',
  decided_at       {{ts}},
  decided_by       bigint  NOT NULL DEFAULT 0,
  decided_name     text    NOT NULL DEFAULT '',
  revision         bigint  NOT NULL CHECK (revision > 0),
  PRIMARY KEY (month_id, department_id)
);

-- What was done with a month, step by step.
CREATE TABLE score_steps (
  month_id         bigint  NOT NULL REFERENCES score_months (id),
  number           bigint  NOT NULL CHECK (number > 0),
  at               {{ts}}  NOT NULL,
  account_id       bigint  NOT NULL,
  name             text    NOT NULL,
  department       text    NOT NULL DEFAULT '',
  action           text    NOT NULL,
  note             text    NOT NULL DEFAULT '',
  hash             text    NOT NULL DEFAULT '',                   -- of the month after it
  PRIMARY KEY (month_id, number)
);

-- How the data behind an entry stood since when: mounts change in place.
CREATE TABLE catalog_mounts (
  entry_id         bigint  NOT NULL REFERENCES catalog_entries (id),
  at               {{ts}}  NOT NULL,
  mount_kind       text    NOT NULL DEFAULT '',                   -- empty: no data any more
  last_update_on   {{date}},
  stale_on         {{date}},
  PRIMARY KEY (entry_id, at)
);
CREATE INDEX catalog_mounts_at ON catalog_mounts (at);
INSERT INTO catalog_mounts (entry_id, at, mount_kind, last_update_on, stale_on)
  SELECT id, updated_at, mount_kind, last_update_on, stale_on FROM catalog_entries WHERE mount_kind <> '';

-- +goose Down
DROP TABLE catalog_mounts;
DROP TABLE score_steps;
DROP TABLE score_proposals;
DROP TABLE score_objections;
DROP TABLE score_inputs;
DROP TABLE score_months;
DROP TABLE score_policies;
