-- Demands, requests for shared data, their agreements and use, objections, and
-- what citizens and firms no longer hand in.
-- +goose Up
-- The terms that the document gives or leaves open, in working days.
CREATE TABLE sharing_policies (
  version          bigint  PRIMARY KEY CHECK (version > 0),
  reply_wd         integer NOT NULL CHECK (reply_wd BETWEEN 1 AND 60),
  mediation_wd     integer NOT NULL CHECK (mediation_wd BETWEEN 1 AND 60),
  verify_wd        integer NOT NULL CHECK (verify_wd BETWEEN 1 AND 60),
  changed_at       {{ts}}  NOT NULL,
  changed_by       bigint  NOT NULL,
  changed_name     text    NOT NULL,
  reason           text    NOT NULL
);

CREATE TABLE sharing_requests (
  id               {{id}},
  user_id          bigint  NOT NULL REFERENCES departments (id),  -- who asks
  provider_id      bigint  NOT NULL REFERENCES departments (id),  -- who holds the data
  entry_code       text    NOT NULL,
  entry_name       text    NOT NULL,
  share_type       text    NOT NULL CHECK (share_type IN ('2', '3')), -- of the entry when it was asked for
  items            {{json}} NOT NULL,                             -- names of the items; none is all
  purposes         text    NOT NULL,
  purpose_note     text    NOT NULL,
  duty_basis       text    NOT NULL,
  scope_wanted     text    NOT NULL,
  method           text    NOT NULL,
  frequency        text    NOT NULL,
  valid_until      {{date}},
  state            text    NOT NULL CHECK (state IN ('draft', 'submitted', 'overdue', 'granted', 'partial', 'refused', 'escalated', 'coordinating', 'settled', 'closed', 'withdrawn')),
  submitted_at     {{ts}},
  submitted_name   text    NOT NULL DEFAULT '',
  overdue_at       {{ts}},                                        -- when the provider's silence was noted
  reply            text    NOT NULL DEFAULT '' CHECK (reply IN ('', 'grant', 'partial', 'refuse')),
  reply_reasons    text    NOT NULL DEFAULT '',
  reply_text       text    NOT NULL DEFAULT '',
  reply_due_on     {{date}},                                      -- as it stood when the term ended
  reply_late_wd    bigint,
  replied_at       {{ts}},
  replied_name     text    NOT NULL DEFAULT '',
  escalation_text  text    NOT NULL DEFAULT '',
  escalated_at     {{ts}},
  escalated_name   text    NOT NULL DEFAULT '',
  meeting_on       {{date}},
  meeting_note     text    NOT NULL DEFAULT '',
  outcome          text    NOT NULL DEFAULT '' CHECK (outcome IN ('', 'share', 'verify', 'uphold', 'leading_group')),
  outcome_text     text    NOT NULL DEFAULT '',
  settle_due_on    {{date}},
  settle_late_wd   bigint,
  settled_at       {{ts}},
  settled_name     text    NOT NULL DEFAULT '',
  closed_at        {{ts}},
  created_at       {{ts}}  NOT NULL,
  created_by       bigint  NOT NULL,
  created_name     text    NOT NULL,
  updated_at       {{ts}}  NOT NULL,
  updated_by       bigint  NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0),
  CHECK (user_id <> provider_id)
);
-- A department asks for an entry once at a time.
CREATE UNIQUE INDEX sharing_requests_open ON sharing_requests (user_id, entry_code)
  WHERE state IN ('draft', 'submitted', 'overdue', 'escalated', 'coordinating');
CREATE INDEX sharing_requests_user ON sharing_requests (user_id, state);
CREATE INDEX sharing_requests_provider ON sharing_requests (provider_id, state);
CREATE INDEX sharing_requests_state ON sharing_requests (state, id);
CREATE INDEX sharing_requests_entry ON sharing_requests (entry_code, id);

CREATE TABLE sharing_agreements (
  id               {{id}},
  request_id       bigint  NOT NULL REFERENCES sharing_requests (id),
  user_id          bigint  NOT NULL REFERENCES departments (id),
  provider_id      bigint  NOT NULL REFERENCES departments (id),
  entry_code       text    NOT NULL,
  entry_name       text    NOT NULL,
  items            {{json}} NOT NULL,
  scope            text    NOT NULL CHECK (scope IN ('department', 'offices', 'posts')),
  scope_note       text    NOT NULL,
  purposes         text    NOT NULL,
  purpose_note     text    NOT NULL,
  method           text    NOT NULL CHECK (method IN ('system', 'front_node', 'query', 'batch', 'offline')),
  method_note      text    NOT NULL,
  valid_from       {{date}} NOT NULL,
  valid_to         {{date}},                                      -- the last day; none is without end
  quota            bigint,                                        -- calls a day
  state            text    NOT NULL CHECK (state IN ('active', 'suspended', 'expired', 'revoked')),
  state_reason     text    NOT NULL DEFAULT '',
  calls            bigint  NOT NULL DEFAULT 0,
  last_used_on     {{date}},
  created_at       {{ts}}  NOT NULL,
  created_name     text    NOT NULL,
  updated_at       {{ts}}  NOT NULL,
  updated_by       bigint  NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX sharing_agreements_request ON sharing_agreements (request_id) WHERE state IN ('active', 'suspended');
CREATE INDEX sharing_agreements_user ON sharing_agreements (user_id, state);
CREATE INDEX sharing_agreements_provider ON sharing_agreements (provider_id, state);
CREATE INDEX sharing_agreements_entry ON sharing_agreements (entry_code, id);
CREATE INDEX sharing_agreements_end ON sharing_agreements (valid_to) WHERE state IN ('active', 'suspended');

-- What was taken and used: without agreement for what is shared with everybody.
CREATE TABLE sharing_uses (
  id               {{id}},
  agreement_id     bigint  REFERENCES sharing_agreements (id),
  user_id          bigint  NOT NULL REFERENCES departments (id),
  provider_id      bigint  NOT NULL REFERENCES departments (id),
  entry_code       text    NOT NULL,
  entry_name       text    NOT NULL,
  used_on          {{date}} NOT NULL,
  purpose          text    NOT NULL,
  matter           text    NOT NULL,                              -- the business it was used for
  calls            bigint  NOT NULL CHECK (calls > 0),
  recorded_at      {{ts}}  NOT NULL,
  recorded_by      bigint  NOT NULL,
  recorded_name    text    NOT NULL
);
CREATE INDEX sharing_uses_agreement ON sharing_uses (agreement_id, used_on);
CREATE INDEX sharing_uses_user ON sharing_uses (user_id, used_on);
CREATE INDEX sharing_uses_provider ON sharing_uses (provider_id, used_on);

-- Use against the agreement or the purpose (situation R4).
CREATE TABLE sharing_misuses (
  id               {{id}},
  agreement_id     bigint  REFERENCES sharing_agreements (id),
  user_id          bigint  NOT NULL REFERENCES departments (id),
  provider_id      bigint  NOT NULL REFERENCES departments (id),
  entry_code       text    NOT NULL,
  entry_name       text    NOT NULL,
  found_on         {{date}} NOT NULL,
  kind             text    NOT NULL CHECK (kind IN ('third_party', 'other_purpose', 'disguised', 'no_record', 'other')),
  description      text    NOT NULL,
  state            text    NOT NULL CHECK (state IN ('reported', 'confirmed', 'dismissed')),
  decision         text    NOT NULL DEFAULT '',
  decided_at       {{ts}},
  decided_name     text    NOT NULL DEFAULT '',
  created_at       {{ts}}  NOT NULL,
  created_by       bigint  NOT NULL,
  created_name     text    NOT NULL,
  updated_at       {{ts}}  NOT NULL,
  updated_by       bigint  NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX sharing_misuses_user ON sharing_misuses (user_id, state);

CREATE TABLE sharing_objections (
  id               {{id}},
  user_id          bigint  NOT NULL REFERENCES departments (id),  -- who doubts
  provider_id      bigint  NOT NULL REFERENCES departments (id),
  entry_code       text    NOT NULL,
  entry_name       text    NOT NULL,
  record_ref       text    NOT NULL,                              -- which record; empty is the entry as a whole
  kind             text    NOT NULL CHECK (kind IN ('doubt', 'error', 'mismatch')),
  description      text    NOT NULL,
  citizen_case     {{bool}} NOT NULL,
  as_usual_note    text    NOT NULL,                              -- how the case is handled meanwhile
  state            text    NOT NULL CHECK (state IN ('raised', 'checking', 'correcting', 'corrected', 'confirmed', 'unverifiable', 'withdrawn')),
  dispatched_at    {{ts}},
  dispatched_name  text    NOT NULL DEFAULT '',
  causes           text    NOT NULL DEFAULT '',
  answer           text    NOT NULL DEFAULT '',
  answered_at      {{ts}},
  answered_name    text    NOT NULL DEFAULT '',
  due_on           {{date}},                                      -- as it stood at the end
  late_wd          bigint,
  closed_at        {{ts}},
  created_at       {{ts}}  NOT NULL,
  created_by       bigint  NOT NULL,
  created_name     text    NOT NULL,
  updated_at       {{ts}}  NOT NULL,
  updated_by       bigint  NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0),
  CHECK (user_id <> provider_id)
);
-- One open objection for a record and a kind.
CREATE UNIQUE INDEX sharing_objections_open ON sharing_objections (entry_code, record_ref, kind)
  WHERE state IN ('raised', 'checking', 'correcting');
CREATE INDEX sharing_objections_user ON sharing_objections (user_id, state);
CREATE INDEX sharing_objections_provider ON sharing_objections (provider_id, state);

-- Data that a department needs of others.
CREATE TABLE sharing_demands (
  id               {{id}},
  department_id    bigint  NOT NULL REFERENCES departments (id),
  wanted           text    NOT NULL,
  items            text    NOT NULL,
  guess_id         bigint  REFERENCES departments (id),           -- who may hold it, as the department thinks
  purpose          text    NOT NULL,
  business         text    NOT NULL,
  method           text    NOT NULL,
  frequency        text    NOT NULL,
  state            text    NOT NULL CHECK (state IN ('draft', 'submitted', 'asked', 'matched', 'unmet')),
  holder_id        bigint  REFERENCES departments (id),           -- whom the reviewer asks
  entry_code       text    NOT NULL DEFAULT '',
  entry_name       text    NOT NULL DEFAULT '',
  decision         text    NOT NULL DEFAULT '',
  submitted_at     {{ts}},
  submitted_name   text    NOT NULL DEFAULT '',
  decided_at       {{ts}},
  decided_name     text    NOT NULL DEFAULT '',
  created_at       {{ts}}  NOT NULL,
  created_by       bigint  NOT NULL,
  created_name     text    NOT NULL,
  updated_at       {{ts}}  NOT NULL,
  updated_by       bigint  NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX sharing_demands_department ON sharing_demands (department_id, state);
CREATE INDEX sharing_demands_holder ON sharing_demands (holder_id, state);

-- What citizens and firms no longer hand in, because shared data take its place.
CREATE TABLE sharing_reliefs (
  id               {{id}},
  department_id    bigint  NOT NULL REFERENCES departments (id),
  matter           text    NOT NULL,                              -- the service it was handed in for
  material         text    NOT NULL,
  people           text    NOT NULL CHECK (people IN ('citizens', 'firms', 'both')),
  entry_code       text    NOT NULL,
  entry_name       text    NOT NULL,
  provider_id      bigint  NOT NULL REFERENCES departments (id),
  stopped_on       {{date}} NOT NULL,
  times_a_year     bigint  NOT NULL CHECK (times_a_year > 0),
  note             text    NOT NULL,
  state            text    NOT NULL CHECK (state IN ('declared', 'accepted', 'withdrawn')),
  decided_at       {{ts}},
  decided_name     text    NOT NULL DEFAULT '',
  created_at       {{ts}}  NOT NULL,
  created_by       bigint  NOT NULL,
  created_name     text    NOT NULL,
  updated_at       {{ts}}  NOT NULL,
  updated_by       bigint  NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX sharing_reliefs_once ON sharing_reliefs (department_id, matter, material) WHERE state <> 'withdrawn';

-- What was done with each of them, step by step.
CREATE TABLE sharing_steps (
  subject_kind     text    NOT NULL,
  subject_id       bigint  NOT NULL,
  number           bigint  NOT NULL CHECK (number > 0),
  at               {{ts}}  NOT NULL,
  account_id       bigint  NOT NULL,
  name             text    NOT NULL,
  department       text    NOT NULL,
  action           text    NOT NULL,
  note             text    NOT NULL,
  PRIMARY KEY (subject_kind, subject_id, number)
);

-- +goose Down
DROP TABLE sharing_steps;
DROP TABLE sharing_reliefs;
DROP TABLE sharing_demands;
DROP TABLE sharing_objections;
DROP TABLE sharing_misuses;
DROP TABLE sharing_uses;
DROP TABLE sharing_agreements;
DROP TABLE sharing_requests;
DROP TABLE sharing_policies;
