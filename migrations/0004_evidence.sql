-- Uploaded files: each content once, in pieces, and what it is evidence of.
-- +goose Up
CREATE TABLE evidence_files (
  id            {{id}},
  sha256        text   NOT NULL UNIQUE CHECK (length(sha256) = 64),
  size          bigint NOT NULL CHECK (size > 0),
  media_type    text   NOT NULL,
  uploaded_by   bigint NOT NULL,                    -- account that handed it in first
  uploaded_name text   NOT NULL,
  uploaded_at   {{ts}} NOT NULL
);

-- The bytes, 1 MiB a piece, so that no reader or writer needs all of them.
CREATE TABLE evidence_chunks (
  file_id bigint    NOT NULL REFERENCES evidence_files (id),
  seq     integer   NOT NULL CHECK (seq >= 0),
  data    {{bytes}} NOT NULL,
  PRIMARY KEY (file_id, seq)
);

-- A file beside a record, for a purpose. Links are marked as removed, never
-- deleted.
CREATE TABLE evidence_links (
  id             {{id}},
  subject_kind   text   NOT NULL,
  subject_id     text   NOT NULL,
  department_id  bigint NOT NULL CHECK (department_id >= 0),  -- whose record it is, 0 for nobody's
  purpose        text   NOT NULL,
  evidence_id    bigint NOT NULL REFERENCES evidence_files (id),
  name           text   NOT NULL,                   -- as the person named the file
  note           text   NOT NULL DEFAULT '',
  added_by       bigint NOT NULL,
  added_name     text   NOT NULL,
  added_at       {{ts}} NOT NULL,
  removed_by     bigint NOT NULL DEFAULT 0,
  removed_name   text   NOT NULL DEFAULT '',
  removed_at     {{ts}},
  removed_reason text   NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX evidence_links_once ON evidence_links (subject_kind, subject_id, purpose, evidence_id) WHERE removed_at IS NULL;
CREATE INDEX evidence_links_file ON evidence_links (evidence_id);

-- +goose Down
DROP TABLE evidence_links;
DROP TABLE evidence_chunks;
DROP TABLE evidence_files;
