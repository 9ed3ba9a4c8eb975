-- Files of daily figures, for systems that no probe measures: what was handed
-- in, what every row would do, and what became of it. The figures themselves
-- are in usage_day_given, by the number of their file.
-- +goose Up
CREATE TABLE usage_uploads (
  id             {{id}},
  department_id  bigint  NOT NULL,             -- of whoever handed it in; 0 is none
  account_id     bigint  NOT NULL,
  account_name   text    NOT NULL,
  file_name      text    NOT NULL,
  sha256         text    NOT NULL,
  size           bigint  NOT NULL,
  state          text    NOT NULL CHECK (state IN ('ready', 'confirmed', 'withdrawn', 'dropped')),
  notes          {{json}} NOT NULL,            -- what was understood of the header
  systems        integer NOT NULL,             -- that its good rows speak of
  first_day      {{date}},
  last_day       {{date}},
  rows_total     integer NOT NULL,
  rows_new       integer NOT NULL,
  rows_changed   integer NOT NULL,
  rows_same      integer NOT NULL,
  rows_wrong     integer NOT NULL,
  created_at     {{ts}}  NOT NULL,
  confirmed_at   {{ts}},
  confirmed_by   bigint  NOT NULL DEFAULT 0,
  confirmed_name text    NOT NULL DEFAULT '',
  withdrawn_at   {{ts}},
  withdrawn_by   bigint  NOT NULL DEFAULT 0,
  withdrawn_name text    NOT NULL DEFAULT '',
  reason         text    NOT NULL DEFAULT '',  -- why it was withdrawn
  version        bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX usage_uploads_department ON usage_uploads (department_id, id);

CREATE TABLE usage_upload_rows (
  upload_id      bigint  NOT NULL REFERENCES usage_uploads (id),
  row_no         integer NOT NULL,             -- in the sheet
  outcome        text    NOT NULL CHECK (outcome IN ('new', 'changed', 'same', 'wrong')),
  system_id      bigint  NOT NULL DEFAULT 0,   -- 0 while it is not known
  code           text    NOT NULL,
  name           text    NOT NULL,
  day            {{date}},
  body           {{json}} NOT NULL,            -- figures, what they were, cells as typed, what was found
  PRIMARY KEY (upload_id, row_no)
);
CREATE INDEX usage_upload_rows_outcome ON usage_upload_rows (upload_id, outcome, row_no);

-- +goose Down
DROP TABLE usage_upload_rows;
DROP TABLE usage_uploads;
