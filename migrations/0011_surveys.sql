-- Self-survey and census: campaigns, questionnaires as data, what each body
-- answered, and what the reviewers said of it.
-- +goose Up
-- A version of a questionnaire. A published one never changes.
CREATE TABLE questionnaires (
  id             {{id}},
  code           text    NOT NULL,             -- which questionnaire
  number         integer NOT NULL CHECK (number > 0),  -- which version of it
  state          text    NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
  body           {{json}} NOT NULL,            -- sections and questions
  hash           text    NOT NULL DEFAULT '',  -- SHA-256 of the body, once it is published
  note           text    NOT NULL DEFAULT '',  -- what is new in this version
  published_at   {{ts}},
  published_name text    NOT NULL DEFAULT '',
  created_at     {{ts}}  NOT NULL,
  updated_at     {{ts}}  NOT NULL,
  updated_by     bigint  NOT NULL,
  updated_name   text    NOT NULL,
  version        bigint  NOT NULL CHECK (version > 0),
  UNIQUE (code, number)
);

CREATE TABLE campaigns (
  id               {{id}},
  code             text   NOT NULL UNIQUE,
  kind             text   NOT NULL CHECK (kind IN ('self_survey', 'census')),
  title            text   NOT NULL,
  basis            text   NOT NULL DEFAULT '', -- the clause it rests on, as people cite it
  scope            text   NOT NULL CHECK (scope IN ('municipal', 'all')),
  questionnaire_id bigint REFERENCES questionnaires (id),  -- a census may ask nothing of its own
  based_on_id      bigint REFERENCES campaigns (id),       -- the self-survey that a census verifies
  copied_from_id   bigint REFERENCES campaigns (id),
  opens_on         {{date}} NOT NULL,
  due_on           {{date}} NOT NULL,          -- the day itself is included
  review_due_on    {{date}},
  mend_wd          integer NOT NULL CHECK (mend_wd > 0),   -- working days to mend a returned form
  state            text   NOT NULL CHECK (state IN ('preparing', 'running', 'closed', 'locked')),
  note             text   NOT NULL DEFAULT '', -- what fillers read above the form
  opened_at        {{ts}},
  closed_at        {{ts}},
  locked_at        {{ts}},
  created_at       {{ts}} NOT NULL,
  updated_at       {{ts}} NOT NULL,
  updated_by       bigint NOT NULL,
  updated_name     text   NOT NULL,
  version          bigint NOT NULL CHECK (version > 0),
  CHECK (due_on >= opens_on)
);

-- Bodies that are taken out of, or into, what the scope says.
CREATE TABLE campaign_exceptions (
  campaign_id   bigint NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
  department_id bigint NOT NULL,
  included      {{bool}} NOT NULL,
  reason        text   NOT NULL,
  set_name      text   NOT NULL,
  set_at        {{ts}} NOT NULL,
  PRIMARY KEY (campaign_id, department_id)
);

-- What one body answers in one campaign. The numbers are kept beside it so that
-- a thousand forms can be overlooked in one query.
CREATE TABLE forms (
  id                 {{id}},
  campaign_id        bigint NOT NULL REFERENCES campaigns (id),
  department_id      bigint NOT NULL,
  state              text   NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'accepted', 'locked')),
  zero               {{bool}} NOT NULL,
  zero_reason        text   NOT NULL DEFAULT '',
  declared_count     bigint,                   -- as the body says it, not given is not zero
  answers            {{json}} NOT NULL,        -- about the body as a whole, canonical text by question
  typed              {{json}} NOT NULL,        -- what was typed and is not saved yet
  none_clean         {{bool}} NOT NULL,        -- nothing to clean up or integrate, said in so many words
  none_connect       {{bool}} NOT NULL,
  none_demand        {{bool}} NOT NULL,
  rows_total         integer NOT NULL DEFAULT 0, -- without removed ones
  rows_done          integer NOT NULL DEFAULT 0,
  needed             integer NOT NULL DEFAULT 0, -- required answers of the whole form
  given              integer NOT NULL DEFAULT 0,
  errors             integer NOT NULL DEFAULT 0,
  warnings           integer NOT NULL DEFAULT 0,
  opened_at          {{ts}},                   -- first looked at by somebody of the body
  begun_at           {{ts}},                   -- first changed
  ready_at           {{ts}},                   -- handed to the head
  ready_by           bigint NOT NULL DEFAULT 0,
  ready_name         text   NOT NULL DEFAULT '',
  confirmed_by       bigint NOT NULL DEFAULT 0, -- the head who confirmed what was submitted last
  confirmed_name     text   NOT NULL DEFAULT '',
  first_submitted_at {{ts}},
  submitted_at       {{ts}},
  late_wd            integer,                  -- working days, by the first submission only
  submissions        integer NOT NULL DEFAULT 0,
  returns            integer NOT NULL DEFAULT 0,
  reviewed_by        bigint NOT NULL DEFAULT 0,
  reviewed_name      text   NOT NULL DEFAULT '',
  reviewed_at        {{ts}},
  office_note        text   NOT NULL DEFAULT '',
  created_at         {{ts}} NOT NULL,
  updated_at         {{ts}} NOT NULL,
  updated_by         bigint NOT NULL,
  updated_name       text   NOT NULL DEFAULT '',
  version            bigint NOT NULL CHECK (version > 0),
  UNIQUE (campaign_id, department_id)
);
CREATE INDEX forms_department ON forms (department_id, campaign_id);

-- One system on a form.
CREATE TABLE form_rows (
  id              {{id}},
  form_id         bigint NOT NULL REFERENCES forms (id),
  position        integer NOT NULL,
  system_id       bigint,                      -- null for one that is not registered yet
  code            text   NOT NULL DEFAULT '',
  name            text   NOT NULL DEFAULT '',
  base_version    bigint NOT NULL DEFAULT 0,   -- of the register, from which the row was filled in
  origin          text   NOT NULL CHECK (origin IN ('register', 'added', 'copied', 'upload', 'census')),
  source          text   NOT NULL DEFAULT '',  -- address of what the census found
  decision        text   NOT NULL CHECK (decision IN ('pending', 'confirmed', 'changed', 'added', 'gone', 'removed')),
  gone_kind       text   NOT NULL DEFAULT '' CHECK (gone_kind IN ('', 'offline', 'duplicate', 'transferred', 'error')),
  gone_on         {{date}},
  gone_other_id   bigint,                      -- the system it doubles
  gone_to_id      bigint,                      -- the department it went to
  gone_reason     text   NOT NULL DEFAULT '',
  body            {{json}} NOT NULL,           -- canonical text by question
  typed           {{json}} NOT NULL,           -- what was typed and is not saved yet
  needed          integer NOT NULL DEFAULT 0,
  given           integer NOT NULL DEFAULT 0,
  errors          integer NOT NULL DEFAULT 0,
  warnings        integer NOT NULL DEFAULT 0,
  adopted_version bigint NOT NULL DEFAULT 0,   -- of the register, that its acceptance wrote
  created_at      {{ts}} NOT NULL,
  updated_at      {{ts}} NOT NULL,
  updated_by      bigint NOT NULL,
  updated_name    text   NOT NULL,
  version         bigint NOT NULL CHECK (version > 0)
);
CREATE INDEX form_rows_form ON form_rows (form_id, position, id);
CREATE UNIQUE INDEX form_rows_system ON form_rows (form_id, system_id) WHERE system_id IS NOT NULL;
CREATE INDEX form_rows_gone ON form_rows (form_id) WHERE decision = 'gone' AND system_id IS NOT NULL;
CREATE INDEX form_rows_census ON form_rows (form_id) WHERE origin = 'census';
CREATE INDEX form_rows_register ON form_rows (system_id) WHERE system_id IS NOT NULL;

-- What a reviewer or the census has to say about an answer.
CREATE TABLE form_comments (
  id            {{id}},
  form_id       bigint NOT NULL REFERENCES forms (id),
  row_id        bigint REFERENCES form_rows (id),
  question      text   NOT NULL DEFAULT '',    -- key; empty is the row, or the form, as a whole
  kind          text   NOT NULL CHECK (kind IN ('review', 'census', 'reply')),
  round         integer NOT NULL,              -- the submission it speaks of
  text          text   NOT NULL,
  said_by       bigint NOT NULL,
  said_name     text   NOT NULL,
  said_at       {{ts}} NOT NULL,
  settled_at    {{ts}},
  settled_name  text   NOT NULL DEFAULT ''
);
CREATE INDEX form_comments_form ON form_comments (form_id, id);
CREATE INDEX form_comments_open ON form_comments (form_id) WHERE settled_at IS NULL;

-- Comments that reviewers have written and not sent yet.
CREATE TABLE form_comment_drafts (
  form_id   bigint NOT NULL REFERENCES forms (id),
  row_id    bigint NOT NULL,                   -- 0 is the form as a whole
  question  text   NOT NULL,
  text      text   NOT NULL,
  said_by   bigint NOT NULL,
  said_name text   NOT NULL,
  said_at   {{ts}} NOT NULL,
  PRIMARY KEY (form_id, row_id, question)
);

-- The form as it was each time that it was submitted.
CREATE TABLE form_submissions (
  id             {{id}},
  form_id        bigint NOT NULL REFERENCES forms (id),
  number         integer NOT NULL,
  submitted_at   {{ts}} NOT NULL,
  submitted_by   bigint NOT NULL,
  submitted_name text   NOT NULL,
  body           {{json}} NOT NULL,
  hash           text   NOT NULL,              -- SHA-256 of body
  UNIQUE (form_id, number)
);

-- A workbook of a whole form that was read and waits to be confirmed.
CREATE TABLE form_uploads (
  id         {{id}},
  form_id    bigint NOT NULL REFERENCES forms (id),
  account_id bigint NOT NULL,
  file_name  text   NOT NULL,
  sha256     text   NOT NULL,
  state      text   NOT NULL CHECK (state IN ('ready', 'applied', 'dropped')),
  body       {{json}} NOT NULL,                -- row by row what it would do
  created_at {{ts}} NOT NULL,
  updated_at {{ts}} NOT NULL
);
CREATE INDEX form_uploads_form ON form_uploads (form_id, id);

-- That somebody was to be reminded; delivery reads these.
CREATE TABLE reminders (
  id          {{id}},
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  note        text   NOT NULL DEFAULT '',
  made_by     bigint NOT NULL,
  made_name   text   NOT NULL,
  made_at     {{ts}} NOT NULL
);
CREATE INDEX reminders_campaign ON reminders (campaign_id, id);

CREATE TABLE reminder_departments (
  reminder_id   bigint NOT NULL REFERENCES reminders (id) ON DELETE CASCADE,
  department_id bigint NOT NULL,
  standing      text   NOT NULL,               -- where its form stood
  PRIMARY KEY (reminder_id, department_id)
);

-- +goose Down
DROP TABLE reminder_departments;
DROP TABLE reminders;
DROP TABLE form_uploads;
DROP TABLE form_submissions;
DROP TABLE form_comment_drafts;
DROP TABLE form_comments;
DROP TABLE form_rows;
DROP TABLE forms;
DROP TABLE campaign_exceptions;
DROP TABLE campaigns;
DROP TABLE questionnaires;
