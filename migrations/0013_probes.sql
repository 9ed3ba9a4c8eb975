-- Probes: what stands beside systems and tells how much they are used, the
-- tokens by which they come in, and what is known of their health.
-- +goose Up
CREATE TABLE probes (
  id               {{id}},
  code             text    NOT NULL UNIQUE,        -- PB-0001, never used again
  name             text    NOT NULL,
  kind             text    NOT NULL CHECK (kind IN ('app', 'gateway', 'cloud', 'database', 'logs')),
  owner_id         bigint  NOT NULL REFERENCES departments (id),
  interval_minutes integer NOT NULL CHECK (interval_minutes BETWEEN 1 AND 44640),
  signals          bigint  NOT NULL DEFAULT 0,     -- one bit for each signal that is expected; 0 is not said
  stopped          {{bool}} NOT NULL,
  stopped_reason   text    NOT NULL DEFAULT '',
  note             text    NOT NULL DEFAULT '',
  created_at       {{ts}}  NOT NULL,
  created_by       bigint  NOT NULL,
  created_name     text    NOT NULL,
  updated_at       {{ts}}  NOT NULL,
  updated_by       bigint  NOT NULL,
  updated_name     text    NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX probes_owner ON probes (owner_id, code);

-- The systems that a probe may speak of.
CREATE TABLE probe_systems (
  probe_id         bigint  NOT NULL REFERENCES probes (id),
  system_id        bigint  NOT NULL REFERENCES systems (id),
  share            text    NOT NULL CHECK (share IN ('whole', 'part')),
  PRIMARY KEY (probe_id, system_id)
);
CREATE INDEX probe_systems_system ON probe_systems (system_id);

-- The secrets of probes, of which only the hash is kept.
CREATE TABLE probe_tokens (
  id               {{id}},
  probe_id         bigint  NOT NULL REFERENCES probes (id),
  prefix           text    NOT NULL UNIQUE,
  hash             {{bytes}} NOT NULL,             -- SHA-256 of the whole text
  created_at       {{ts}}  NOT NULL,
  created_name     text    NOT NULL,
  expires_at       {{ts}}  NOT NULL,
  revoked_at       {{ts}},
  revoked_name     text    NOT NULL DEFAULT '',
  replaced_by      bigint,                         -- the token that came in its place
  last_used_at     {{ts}},
  last_origin      text    NOT NULL DEFAULT ''
);
CREATE INDEX probe_tokens_probe ON probe_tokens (probe_id, id);

-- What arrived from a probe. Written every few seconds, by nobody's act.
CREATE TABLE probe_contacts (
  probe_id         bigint  PRIMARY KEY REFERENCES probes (id),
  first_contact_at {{ts}},
  last_contact_at  {{ts}},
  first_success_at {{ts}},
  last_success_at  {{ts}},                         -- an item was accepted
  late_at          {{ts}},                         -- when silence since then becomes late
  down_at          {{ts}},                         -- and when it becomes an outage
  last_error_at    {{ts}},
  last_error_code  text    NOT NULL DEFAULT '',
  last_error       {{json}} NOT NULL               -- the example, empty without one
);
CREATE INDEX probe_contacts_down ON probe_contacts (down_at);

-- What was sent back, by day and reason, with the newest example.
CREATE TABLE probe_rejections (
  probe_id         bigint  NOT NULL REFERENCES probes (id),
  day              {{date}} NOT NULL,
  code             text    NOT NULL,
  items            bigint  NOT NULL,               -- bodies as a whole count as one
  example          {{json}} NOT NULL,
  example_at       {{ts}}  NOT NULL,
  PRIMARY KEY (probe_id, day, code)
);

-- Outages that were noticed: the facts that alarms speak of.
CREATE TABLE probe_silences (
  id               {{id}},
  probe_id         bigint  NOT NULL REFERENCES probes (id),
  since            {{ts}}  NOT NULL,               -- the last success
  noticed_at       {{ts}}  NOT NULL,
  ended_at         {{ts}},
  ended_by         text    NOT NULL DEFAULT '' CHECK (ended_by IN ('', 'data', 'stopped'))
);
CREATE INDEX probe_silences_probe ON probe_silences (probe_id, since);
CREATE UNIQUE INDEX probe_silences_open ON probe_silences (probe_id) WHERE ended_at IS NULL;

-- +goose Down
DROP TABLE probe_silences;
DROP TABLE probe_rejections;
DROP TABLE probe_contacts;
DROP TABLE probe_tokens;
DROP TABLE probe_systems;
DROP TABLE probes;
