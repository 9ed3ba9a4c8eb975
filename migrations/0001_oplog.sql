-- The operation log: one row per act, never changed, hashed into a Merkle log.
-- +goose Up
CREATE TABLE oplog_entries (
  id               bigint PRIMARY KEY CHECK (id > 0), -- number in the log, from 1, without gaps
  at               {{ts}} NOT NULL,
  actor_id         bigint NOT NULL,                   -- account, 0 for the service itself
  actor_login      text   NOT NULL,
  actor_name       text   NOT NULL DEFAULT '',
  actor_department text   NOT NULL DEFAULT '',        -- its short name at the time
  actor_roles      text   NOT NULL DEFAULT '',
  way              text   NOT NULL,                   -- session, token, system, command or '' (nobody)
  department_id    bigint NOT NULL DEFAULT 0,         -- whose row it is about
  origin           text   NOT NULL DEFAULT '',        -- network address
  request_id       text   NOT NULL DEFAULT '',
  action           text   NOT NULL,                   -- message key oplog.<action>
  object_kind      text   NOT NULL,
  object_id        text   NOT NULL,
  object_name      text   NOT NULL DEFAULT '',
  before           {{json}} NOT NULL DEFAULT '',      -- what differed, as it was and
  after            {{json}} NOT NULL DEFAULT '',      -- as it became
  reason           text   NOT NULL DEFAULT ''
);
CREATE INDEX oplog_entries_object ON oplog_entries (object_kind, object_id, id);
CREATE INDEX oplog_entries_actor ON oplog_entries (actor_id, id);
CREATE INDEX oplog_entries_department ON oplog_entries (department_id, id);
CREATE INDEX oplog_entries_action ON oplog_entries (action, id);
CREATE INDEX oplog_entries_at ON oplog_entries (at, id);

-- Hashes of the Merkle tree (RFC 6962 as stored by x/mod/sumdb/tlog). Entry n
-- is leaf n-1.
CREATE TABLE oplog_hashes (
  id   bigint  PRIMARY KEY,
  hash {{bytes}} NOT NULL
);

-- The one row that writers of the log lock, with the number of entries.
CREATE TABLE oplog_tips (
  id   smallint PRIMARY KEY CHECK (id = 1),
  size bigint   NOT NULL CHECK (size >= 0)
);
INSERT INTO oplog_tips (id, size) VALUES (1, 0);

-- How far each signing key has signed. The signed heads are files outside the
-- database; this is what they are held against when files are put back.
CREATE TABLE oplog_anchors (
  verifier text   PRIMARY KEY,
  size     bigint NOT NULL CHECK (size >= 0)
);

-- +goose Down
DROP TABLE oplog_anchors;
DROP TABLE oplog_tips;
DROP TABLE oplog_hashes;
DROP TABLE oplog_entries;
