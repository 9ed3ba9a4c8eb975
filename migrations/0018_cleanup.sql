-- Cases of systems that are suspected to be unused: from the suspicion over the
-- answer of the department and the decision to what was cleaned up, and watched
-- after it. Verdicts are kept as they were when the case was opened: a later run
-- does not change what a department was told.
-- +goose Up
CREATE TABLE zombie_cases (
  id               {{id}},
  no               text   NOT NULL UNIQUE,            -- ZC-2017-0001
  system_id        bigint NOT NULL REFERENCES systems (id),
  department_id    bigint NOT NULL REFERENCES departments (id),  -- whose system it is
  state            text   NOT NULL CHECK (state IN ('suspected', 'notified', 'admitted', 'contested', 'confirmed', 'planned',
                     'cleaning', 'evidence_submitted', 'cleaned', 'dismissed', 'closed_itself', 'exempt', 'reopened')),
  opened_on        {{date}} NOT NULL,
  run_day          {{date}} NOT NULL,                 -- the day of facts that the verdicts are of
  policy_version   bigint NOT NULL,
  findings         {{json}} NOT NULL,
  features         text   NOT NULL,                   -- |z3|z5|
  strength         integer NOT NULL CHECK (strength BETWEEN 1 AND 3),  -- 1 weak, 2 suspected, 3 met
  confidence       integer NOT NULL,                  -- in thousandths
  money            bigint,                            -- O&M of a year in fen, as the register has it
  seen_on          {{date}} NOT NULL,                 -- last day on which a run looked at it
  notified_on      {{date}},
  answer_due       {{date}},
  answer           text   NOT NULL DEFAULT '' CHECK (answer IN ('', 'admitted', 'contested')),
  answer_text      text   NOT NULL DEFAULT '',
  answered_on      {{date}},
  answered_by      bigint NOT NULL DEFAULT 0,
  answered_name    text   NOT NULL DEFAULT '',
  draft_text       text   NOT NULL DEFAULT '',        -- what the clerk prepared for the head
  draft_name       text   NOT NULL DEFAULT '',
  decision         text   NOT NULL DEFAULT '' CHECK (decision IN ('', 'confirm', 'dismiss')),
  decision_reason  text   NOT NULL DEFAULT '',
  decided_on       {{date}},
  decided_name     text   NOT NULL DEFAULT '',
  due_on           {{date}},                          -- by when it is to be cleaned up
  action           text   NOT NULL DEFAULT '' CHECK (action IN ('', 'retire', 'merge', 'rebuild')),
  target_id        bigint REFERENCES systems (id),
  disposal         text   NOT NULL DEFAULT '' CHECK (disposal IN ('', 'archive', 'migrate', 'destroy')),
  disposal_note    text   NOT NULL DEFAULT '',
  servers          bigint NOT NULL DEFAULT 0 CHECK (servers >= 0),    -- to be released; what was, once cleaned
  ips              bigint NOT NULL DEFAULT 0 CHECK (ips >= 0),
  domains          bigint NOT NULL DEFAULT 0 CHECK (domains >= 0),
  accounts         bigint NOT NULL DEFAULT 0 CHECK (accounts >= 0),
  om_saved         bigint NOT NULL DEFAULT 0 CHECK (om_saved >= 0),   -- fen a year
  om_stop_on       {{date}},
  users_told       text   NOT NULL DEFAULT '',
  planned_on       {{date}},
  planned_by       bigint NOT NULL DEFAULT 0,
  stopped_on       {{date}},                          -- when it was switched off
  outcome          text   NOT NULL DEFAULT '',        -- what was done, in the words of the department
  submitted_on     {{date}},
  submitted_by     bigint NOT NULL DEFAULT 0,
  cleaned_on       {{date}},
  late_wd          integer,                           -- working days after the due day, by what was handed in
  exempt_until     {{date}},
  exempt_reason    text   NOT NULL DEFAULT '',
  closed_on        {{date}},
  closed_reason    text   NOT NULL DEFAULT '',        -- why it closed itself: a message key
  reopened_on      {{date}},
  traffic_on       {{date}},                          -- first day of use after the clean-up, and how much
  traffic_logins   bigint NOT NULL DEFAULT 0,
  traffic_business bigint NOT NULL DEFAULT 0,
  traffic_people   bigint NOT NULL DEFAULT 0,
  reopenings       integer NOT NULL DEFAULT 0,
  created_at       {{ts}} NOT NULL,
  updated_at       {{ts}} NOT NULL,
  updated_by       bigint NOT NULL,
  version          bigint NOT NULL CHECK (version > 0)
);
-- One case at a time for a system.
CREATE UNIQUE INDEX zombie_cases_open ON zombie_cases (system_id)
  WHERE state NOT IN ('dismissed', 'closed_itself', 'cleaned', 'exempt');
CREATE INDEX zombie_cases_system ON zombie_cases (system_id, id);
CREATE INDEX zombie_cases_queue ON zombie_cases (state, strength, confidence);
CREATE INDEX zombie_cases_department ON zombie_cases (department_id, state);

-- What was done with a case, step by step.
CREATE TABLE zombie_case_steps (
  case_id    bigint NOT NULL REFERENCES zombie_cases (id),
  number     bigint NOT NULL CHECK (number > 0),
  at         {{ts}} NOT NULL,
  account_id bigint NOT NULL,
  name       text   NOT NULL,
  department text   NOT NULL DEFAULT '',
  action     text   NOT NULL,
  note       text   NOT NULL DEFAULT '',
  on_day     {{date}},                                -- a day that the step speaks of
  PRIMARY KEY (case_id, number)
);

-- How long a clean-up may take: versions, the newest is in force.
CREATE TABLE zombie_terms (
  version      bigint NOT NULL PRIMARY KEY CHECK (version > 0),
  clean_wd     integer NOT NULL CHECK (clean_wd BETWEEN 1 AND 250),   -- to clean up what was confirmed
  clean_by     {{date}},                                               -- a day that the document names
  changed_at   {{ts}} NOT NULL,
  changed_by   bigint NOT NULL,
  changed_name text   NOT NULL,
  reason       text   NOT NULL
);
INSERT INTO zombie_terms (version, clean_wd, clean_by, changed_at, changed_by, changed_name, reason)
  VALUES (1, 20, '2017-10-31', '2017-10-24 00:00:00+00:00', 0, 'qingce', '');

-- +goose Down
DROP TABLE zombie_terms;
DROP TABLE zombie_case_steps;
DROP TABLE zombie_cases;
