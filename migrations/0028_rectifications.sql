-- Rectification notices (办法 art. 23): what is found, what is answered, and how it ends.
-- +goose Up
-- The term that a notice gives when nothing else is said, in working days.
CREATE TABLE rectification_policies (
  version          bigint  PRIMARY KEY CHECK (version > 0),
  term_wd          integer NOT NULL CHECK (term_wd BETWEEN 5 AND 30),
  changed_at       {{ts}}  NOT NULL,
  changed_by       bigint  NOT NULL,
  changed_name     text    NOT NULL,
  reason           text    NOT NULL
);

CREATE TABLE rectifications (
  id               {{id}},
  department_id    bigint  NOT NULL REFERENCES departments (id),  -- who has to rectify
  situation        text    NOT NULL CHECK (situation IN ('R1', 'R2', 'R3', 'R4', 'R5')),
  plan_breach      {{bool}} NOT NULL,                             -- 方案 is breached as well
  facts            text    NOT NULL,
  demand           text    NOT NULL,                              -- what has to be done
  origin           text    NOT NULL DEFAULT '',                   -- what it was drafted from: scorecard 2017-11
  term_wd          integer NOT NULL CHECK (term_wd BETWEEN 1 AND 30),
  state            text    NOT NULL CHECK (state IN ('drafted', 'issued', 'replied', 'rejected', 'overdue', 'escalated', 'accepted', 'closed_late', 'lg_decided', 'withdrawn')),
  year             integer NOT NULL DEFAULT 0,                    -- of the number; 0 before it is issued
  number           integer NOT NULL DEFAULT 0,
  issued_on        {{date}},
  issued_at        {{ts}},
  issued_name      text    NOT NULL DEFAULT '',
  term_from        {{date}},                                      -- the day after which the term counts
  due_on           {{date}},                                      -- as it stood when it was set last, or ended
  replied_on       {{date}},                                      -- of the last reply
  overdue_from     {{date}},                                      -- the first day too late
  escalated_on     {{date}},
  escalated_at     {{ts}},
  settled_on       {{date}},                                      -- the day of the reply that was accepted, or of the decision
  closed_at        {{ts}},
  closed_on        {{date}},
  closed_name      text    NOT NULL DEFAULT '',
  late_wd          bigint,
  decision         text    NOT NULL DEFAULT '' CHECK (decision IN ('', 'criticise', 'talk', 'withhold', 'other')),
  outcome          text    NOT NULL DEFAULT '',
  misuse_on        {{date}},                                      -- since when misuse is proven
  misuse_text      text    NOT NULL DEFAULT '',
  false_on         {{date}},                                      -- since when a false report is proven
  false_text       text    NOT NULL DEFAULT '',
  created_at       {{ts}}  NOT NULL,
  created_by       bigint  NOT NULL,
  created_name     text    NOT NULL,
  updated_at       {{ts}}  NOT NULL,
  updated_by       bigint  NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX rectifications_number ON rectifications (year, number) WHERE number > 0;
CREATE INDEX rectifications_department ON rectifications (department_id, state);
CREATE INDEX rectifications_state ON rectifications (state, id);

-- The records that a notice speaks of.
CREATE TABLE rectification_facts (
  notice_id        bigint  NOT NULL REFERENCES rectifications (id),
  number           bigint  NOT NULL CHECK (number > 0),
  kind             text    NOT NULL CHECK (kind IN ('system', 'catalog', 'request', 'misuse', 'obligation')),
  ref              text    NOT NULL,                              -- code or number of the record
  title            text    NOT NULL,
  path             text    NOT NULL,                              -- of its page
  system_id        bigint  REFERENCES systems (id),               -- where it is one
  PRIMARY KEY (notice_id, number)
);
CREATE INDEX rectification_facts_system ON rectification_facts (system_id) WHERE system_id IS NOT NULL;

-- What a department answers, one reply after another.
CREATE TABLE rectification_replies (
  id               {{id}},
  notice_id        bigint  NOT NULL REFERENCES rectifications (id),
  number           bigint  NOT NULL CHECK (number > 0),
  state            text    NOT NULL CHECK (state IN ('drafted', 'submitted', 'accepted', 'rejected')),
  text             text    NOT NULL,
  written_at       {{ts}}  NOT NULL,
  written_name     text    NOT NULL,
  submitted_at     {{ts}},
  submitted_name   text    NOT NULL DEFAULT '',
  checked_at       {{ts}},
  checked_name     text    NOT NULL DEFAULT '',
  check_note       text    NOT NULL DEFAULT '',
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX rectification_replies_number ON rectification_replies (notice_id, number);

-- What was done with each notice, step by step.
CREATE TABLE rectification_steps (
  notice_id        bigint  NOT NULL REFERENCES rectifications (id),
  number           bigint  NOT NULL CHECK (number > 0),
  at               {{ts}}  NOT NULL,
  account_id       bigint  NOT NULL,
  name             text    NOT NULL,
  department       text    NOT NULL,
  action           text    NOT NULL,
  note             text    NOT NULL,
  PRIMARY KEY (notice_id, number)
);

-- +goose Down
DROP TABLE rectification_steps;
DROP TABLE rectification_replies;
DROP TABLE rectification_facts;
DROP TABLE rectifications;
DROP TABLE rectification_policies;
