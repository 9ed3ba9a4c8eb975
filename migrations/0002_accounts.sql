-- Who may come in: accounts, their past passwords, sessions, API tokens and the
-- rules for all of these.
-- +goose Up
CREATE TABLE accounts (
  id                  {{id}},
  login               text    NOT NULL,             -- as it was given, NFKC
  login_key           text    NOT NULL UNIQUE,      -- NFKC and case-folded: what is compared
  name                text    NOT NULL,
  phone               text    NOT NULL DEFAULT '',
  search              text    NOT NULL,             -- login and name, folded
  department_id       bigint  NOT NULL DEFAULT 0,   -- 0: none
  roles               text    NOT NULL DEFAULT '',  -- clerk,head
  state               text    NOT NULL CHECK (state IN ('active', 'disabled')),
  held                {{bool}} NOT NULL,            -- locked by an administrator, until unlocked
  password_hash       text    NOT NULL,             -- argon2id, PHC string
  must_change         {{bool}} NOT NULL,            -- the password was given by somebody else
  password_changed_at {{ts}}  NOT NULL,
  failed_count        integer NOT NULL DEFAULT 0 CHECK (failed_count >= 0),
  locked_until        {{ts}},                       -- after too many failures
  last_login_at       {{ts}},
  created_at          {{ts}}  NOT NULL,
  updated_at          {{ts}}  NOT NULL,
  version             bigint  NOT NULL DEFAULT 1
);
CREATE INDEX accounts_department ON accounts (department_id, id);

-- Passwords that were used before, so that they are not used again.
CREATE TABLE past_passwords (
  id            {{id}},
  account_id    bigint NOT NULL REFERENCES accounts (id),
  password_hash text   NOT NULL,
  replaced_at   {{ts}} NOT NULL
);
CREATE INDEX past_passwords_account ON past_passwords (account_id, id);

-- Sessions of people. The token itself is never stored.
CREATE TABLE sessions (
  id           {{id}},
  token_hash   {{bytes}} NOT NULL UNIQUE,           -- SHA-256
  account_id   bigint NOT NULL REFERENCES accounts (id),
  created_at   {{ts}} NOT NULL,
  last_seen_at {{ts}} NOT NULL,                     -- written at most once a minute
  expires_at   {{ts}} NOT NULL,
  origin       text   NOT NULL DEFAULT '',
  user_agent   text   NOT NULL DEFAULT '',
  flash        text   NOT NULL DEFAULT ''           -- what the next page tells once
);
CREATE INDEX sessions_account ON sessions (account_id, id);

-- Tokens of machine clients. The token itself is never stored.
CREATE TABLE api_tokens (
  id           {{id}},
  token_hash   {{bytes}} NOT NULL UNIQUE,           -- SHA-256
  prefix       text   NOT NULL,                     -- the beginning, to tell tokens apart
  account_id   bigint NOT NULL REFERENCES accounts (id),
  name         text   NOT NULL,
  scopes       text   NOT NULL,                     -- systems:read,systems:write
  created_at   {{ts}} NOT NULL,
  expires_at   {{ts}} NOT NULL,
  last_used_at {{ts}},                              -- written at most once a minute
  last_origin  text   NOT NULL DEFAULT '',
  revoked_at   {{ts}}
);
CREATE INDEX api_tokens_account ON api_tokens (account_id, id);

-- The rules, one row per version; the newest holds. The checks are the limits
-- that no administrator may pass (GB/T 22239-2019 8.1.4.1).
CREATE TABLE account_policies (
  version          bigint  PRIMARY KEY,
  mode             text    NOT NULL CHECK (mode IN ('gb', 'asvs')),
  min_length       integer NOT NULL CHECK (min_length BETWEEN 8 AND 32),
  classes          integer NOT NULL CHECK (classes BETWEEN 0 AND 4),
  history          integer NOT NULL CHECK (history BETWEEN 0 AND 24),
  max_age_days     integer NOT NULL CHECK (max_age_days BETWEEN 0 AND 180),
  warn_days        integer NOT NULL CHECK (warn_days BETWEEN 0 AND 30),
  first_days       integer NOT NULL CHECK (first_days BETWEEN 1 AND 30),
  lock_after       integer NOT NULL CHECK (lock_after BETWEEN 3 AND 5),
  lock_minutes     integer NOT NULL CHECK (lock_minutes BETWEEN 10 AND 1440),
  idle_minutes     integer NOT NULL CHECK (idle_minutes BETWEEN 5 AND 30),
  absolute_minutes integer NOT NULL CHECK (absolute_minutes BETWEEN 30 AND 720),
  changed_at       {{ts}}  NOT NULL,
  changed_by       bigint  NOT NULL DEFAULT 0,      -- account, 0 for the service itself
  reason           text    NOT NULL DEFAULT ''
);
INSERT INTO account_policies (version, mode, min_length, classes, history, max_age_days, warn_days, first_days,
  lock_after, lock_minutes, idle_minutes, absolute_minutes, changed_at)
VALUES (1, 'gb', 10, 3, 5, 90, 7, 7, 5, 15, 30, 720, '2017-10-24 00:00:00+00:00');

-- +goose Down
DROP TABLE account_policies;
DROP TABLE api_tokens;
DROP TABLE sessions;
DROP TABLE past_passwords;
DROP TABLE accounts;
