-- What a person has on the desk: drafts, chosen columns, files under way.
-- +goose Up
CREATE TABLE drafts (
  account_id   bigint NOT NULL,
  subject_kind text   NOT NULL,
  subject_id   text   NOT NULL,              -- empty for a record that is not registered yet
  base_version bigint NOT NULL,              -- the version the person began with, 0 for a new record
  body         {{json}} NOT NULL,            -- what was typed, field by field
  saved_at     {{ts}} NOT NULL,
  PRIMARY KEY (account_id, subject_kind, subject_id)
);

CREATE TABLE preferences (
  account_id bigint NOT NULL,
  name       text   NOT NULL,
  value      text   NOT NULL,
  PRIMARY KEY (account_id, name)
);

-- A workbook that was handed in: first read and compared, then, when its
-- person confirms, written lot by lot.
CREATE TABLE imports (
  id            {{id}},
  kind          text   NOT NULL,             -- systems, departments
  account_id    bigint NOT NULL,
  department_id bigint NOT NULL,
  file_name     text   NOT NULL,
  sha256        text   NOT NULL,
  size          bigint NOT NULL,
  state         text   NOT NULL CHECK (state IN ('reading', 'ready', 'applying', 'applied', 'failed', 'dropped')),
  error_code    text   NOT NULL DEFAULT '',
  error_args    {{json}} NOT NULL DEFAULT '',
  notes         {{json}} NOT NULL DEFAULT '',  -- what was understood of the header
  rows_total    bigint NOT NULL DEFAULT 0,
  rows_new      bigint NOT NULL DEFAULT 0,
  rows_changed  bigint NOT NULL DEFAULT 0,
  rows_same     bigint NOT NULL DEFAULT 0,
  rows_wrong    bigint NOT NULL DEFAULT 0,
  rows_applied  bigint NOT NULL DEFAULT 0,
  reason        text   NOT NULL DEFAULT '',
  created_at    {{ts}} NOT NULL,
  updated_at    {{ts}} NOT NULL
);
CREATE INDEX imports_account ON imports (account_id, id);

CREATE TABLE import_rows (
  import_id bigint  NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  row_no    integer NOT NULL,                -- line of the sheet
  outcome   text    NOT NULL CHECK (outcome IN ('new', 'changed', 'same', 'wrong')),
  applied   {{bool}} NOT NULL,
  code      text    NOT NULL DEFAULT '',
  name      text    NOT NULL DEFAULT '',
  target_id bigint,                          -- the record that would change
  version   bigint  NOT NULL DEFAULT 0,      -- its version when it was compared
  body      {{json}} NOT NULL,               -- values, changes, remarks
  PRIMARY KEY (import_id, row_no)
);
CREATE INDEX import_rows_outcome ON import_rows (import_id, outcome, row_no);

-- +goose Down
DROP TABLE import_rows;
DROP TABLE imports;
DROP TABLE preferences;
DROP TABLE drafts;
