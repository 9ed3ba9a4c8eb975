-- Connection of systems with the hub: how far each has come, what was proved,
-- who is let off and by whom, what the hub itself counted, and the links that
-- are still to move to it.
-- +goose Up
CREATE TABLE hub_connections (
  id               bigint  PRIMARY KEY REFERENCES systems (id),
  owner_id         bigint  NOT NULL,                -- as the register has it
  must             {{bool}} NOT NULL,               -- counts among those that must be connected
  basis            text    NOT NULL,                -- why it does or does not
  exempt_until     {{date}},                        -- the last day of what lets it off
  counted          {{bool}} NOT NULL,               -- must be connected, and is
  stage            integer NOT NULL CHECK (stage BETWEEN 0 AND 7),
  stage_on         {{date}},
  missing          text    NOT NULL DEFAULT '',     -- what the next stage still needs, with | between
  pending          text    NOT NULL DEFAULT '' CHECK (pending IN ('', 'prepared', 'submitted')),
  pending_stage    integer NOT NULL DEFAULT 0,      -- what was handed in for
  pending_on       {{date}},
  pending_name     text    NOT NULL DEFAULT '',
  returned_reason  text    NOT NULL DEFAULT '',     -- why the last step came back
  method           text    NOT NULL DEFAULT '' CHECK (method IN ('', 'api', 'database', 'node', 'file')),
  node_id          bigint,
  ip_record        text    NOT NULL DEFAULT '',
  note             text    NOT NULL DEFAULT '',
  province_on      {{date}},                        -- since when it reaches the platform of the province
  verified_on      {{date}},
  verified_by      bigint  NOT NULL DEFAULT 0,
  verified_name    text    NOT NULL DEFAULT '',
  last_signal      {{date}},                        -- the last day on which the hub heard it
  run_from         {{date}},                        -- the first day of the present run of signals
  down_since       {{date}},
  updated_at       {{ts}}  NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX hub_connections_owner ON hub_connections (owner_id, must, counted);
CREATE INDEX hub_connections_stage ON hub_connections (stage, last_signal);
CREATE INDEX hub_connections_until ON hub_connections (exempt_until);

-- Everything that happened to a connection. The deltas add up to the rate: what
-- moved it on a day are the rows of that day.
CREATE TABLE hub_events (
  id               {{id}},
  system_id        bigint  NOT NULL REFERENCES systems (id),
  owner_id         bigint  NOT NULL,
  on_day           {{date}} NOT NULL,               -- since when it holds
  at               {{ts}}  NOT NULL,                -- when it was written
  act              text    NOT NULL,
  from_stage       integer NOT NULL,
  to_stage         integer NOT NULL,
  basis            text    NOT NULL DEFAULT '',
  must_delta       integer NOT NULL CHECK (must_delta BETWEEN -1 AND 1),
  counted_delta    integer NOT NULL CHECK (counted_delta BETWEEN -1 AND 1),
  by_id            bigint  NOT NULL,
  by_name          text    NOT NULL,
  reason           text    NOT NULL DEFAULT ''
);
CREATE INDEX hub_events_system ON hub_events (system_id, id);
CREATE INDEX hub_events_day ON hub_events (on_day, id);

-- Being let off: asked for by the department, decided by the Office, with an end.
CREATE TABLE hub_exemptions (
  id               {{id}},
  system_id        bigint  NOT NULL REFERENCES systems (id),
  owner_id         bigint  NOT NULL,
  kind             text    NOT NULL CHECK (kind IN ('exempt', 'defer')),
  ground           text    NOT NULL,
  reason           text    NOT NULL,
  until            {{date}} NOT NULL,
  state            text    NOT NULL CHECK (state IN ('asked', 'approved', 'refused', 'ended', 'withdrawn')),
  asked_at         {{ts}}  NOT NULL,
  asked_by         bigint  NOT NULL,
  asked_name       text    NOT NULL,
  decided_at       {{ts}},
  decided_by       bigint  NOT NULL DEFAULT 0,
  decided_name     text    NOT NULL DEFAULT '',
  decision_reason  text    NOT NULL DEFAULT '',
  ended_on         {{date}},
  ended_name       text    NOT NULL DEFAULT '',
  ended_reason     text    NOT NULL DEFAULT '',
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX hub_exemptions_system ON hub_exemptions (system_id, state);
CREATE INDEX hub_exemptions_state ON hub_exemptions (state, id);
CREATE UNIQUE INDEX hub_exemptions_one ON hub_exemptions (system_id) WHERE state IN ('asked', 'approved');

-- Exchange servers that departments put at their edge of the extranet.
CREATE TABLE hub_nodes (
  id               {{id}},
  department_id    bigint  NOT NULL REFERENCES departments (id),
  name             text    NOT NULL,
  address          text    NOT NULL,
  place            text    NOT NULL DEFAULT '',
  installed_on     {{date}},
  removed_on       {{date}},
  note             text    NOT NULL DEFAULT '',
  updated_at       {{ts}}  NOT NULL,
  updated_name     text    NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX hub_nodes_department ON hub_nodes (department_id, id);

-- Exchange links and county platforms that still go past the hub.
CREATE TABLE hub_links (
  id               {{id}},
  department_id    bigint  NOT NULL REFERENCES departments (id),
  kind             text    NOT NULL CHECK (kind IN ('link', 'platform')),
  name             text    NOT NULL,
  other            text    NOT NULL,               -- with whom
  content          text    NOT NULL DEFAULT '',    -- what goes over it
  planned_on       {{date}} NOT NULL,
  migrated_on      {{date}},
  dropped_on       {{date}},                       -- no longer there, and nothing to move
  note             text    NOT NULL DEFAULT '',
  updated_at       {{ts}}  NOT NULL,
  updated_name     text    NOT NULL,
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX hub_links_department ON hub_links (department_id, id);

-- Who the hub says takes part in exchange, known to the register or not.
CREATE TABLE hub_parties (
  id               {{id}},
  name             text    NOT NULL UNIQUE,        -- as the hub writes it
  system_id        bigint  NOT NULL DEFAULT 0,     -- 0: no such system
  department_id    bigint  NOT NULL DEFAULT 0,     -- of the system, or the party itself
  first_seen       {{ts}}  NOT NULL
);
CREATE INDEX hub_parties_system ON hub_parties (system_id);

-- The state of a day so far, by pair and source. The newest sequence number wins.
CREATE TABLE hub_exchanges (
  day              {{date}} NOT NULL,
  provider_id      bigint  NOT NULL REFERENCES hub_parties (id),
  consumer_id      bigint  NOT NULL REFERENCES hub_parties (id),
  source           text    NOT NULL,               -- of a sender, or file:12
  upload_id        bigint  NOT NULL DEFAULT 0,
  seq              bigint  NOT NULL,
  exchanges        bigint  NOT NULL CHECK (exchanges >= 0),
  failures         bigint  NOT NULL CHECK (failures >= 0),
  bytes            bigint  NOT NULL CHECK (bytes >= 0),
  counts           {{bool}} NOT NULL,              -- a file does not where a sender speaks, nor where a newer file does
  PRIMARY KEY (day, provider_id, consumer_id, source)
);
CREATE INDEX hub_exchanges_provider ON hub_exchanges (provider_id, day);
CREATE INDEX hub_exchanges_consumer ON hub_exchanges (consumer_id, day);
CREATE INDEX hub_exchanges_upload ON hub_exchanges (upload_id);

-- Hours in which the hub heard a party.
CREATE TABLE hub_beats (
  party_id         bigint  NOT NULL REFERENCES hub_parties (id),
  hour             {{ts}}  NOT NULL,
  day              {{date}} NOT NULL,
  source           text    NOT NULL,
  PRIMARY KEY (party_id, hour, source)
);
CREATE INDEX hub_beats_day ON hub_beats (party_id, day);

-- Files of the gateway.
CREATE TABLE hub_uploads (
  id               {{id}},
  file_name        text    NOT NULL,
  sha256           text    NOT NULL,
  size             bigint  NOT NULL,
  state            text    NOT NULL CHECK (state IN ('ready', 'confirmed', 'withdrawn', 'dropped')),
  rows_total       integer NOT NULL,
  rows_wrong       integer NOT NULL,
  rows_unknown     integer NOT NULL,               -- with a party that the register does not know
  first_day        {{date}},
  last_day         {{date}},
  created_at       {{ts}}  NOT NULL,
  account_id       bigint  NOT NULL,
  account_name     text    NOT NULL,
  settled_at       {{ts}},
  settled_name     text    NOT NULL DEFAULT '',
  reason           text    NOT NULL DEFAULT '',
  version          bigint  NOT NULL CHECK (version > 0)
);
CREATE TABLE hub_upload_rows (
  upload_id        bigint  NOT NULL REFERENCES hub_uploads (id),
  row_no           integer NOT NULL,
  wrong            {{bool}} NOT NULL,
  day              {{date}},
  provider         text    NOT NULL,
  consumer         text    NOT NULL,
  exchanges        bigint  NOT NULL,
  failures         bigint  NOT NULL,
  bytes            bigint  NOT NULL,
  found            {{json}} NOT NULL,              -- what is wrong or to be remarked, by cell
  PRIMARY KEY (upload_id, row_no)
);

-- Settings, by version.
CREATE TABLE hub_policies (
  version           bigint  PRIMARY KEY,
  silence_days      integer NOT NULL CHECK (silence_days BETWEEN 1 AND 90),
  stable_days       integer NOT NULL CHECK (stable_days BETWEEN 1 AND 365),
  defer_months      integer NOT NULL CHECK (defer_months BETWEEN 1 AND 36),
  exempt_months     integer NOT NULL CHECK (exempt_months BETWEEN 1 AND 120),
  window_days       integer NOT NULL CHECK (window_days BETWEEN 1 AND 366),
  failure_percent   integer NOT NULL CHECK (failure_percent BETWEEN 1 AND 100),
  connect_by        {{date}} NOT NULL,
  changed_at        {{ts}}  NOT NULL,
  changed_by        bigint  NOT NULL,
  changed_name      text    NOT NULL,
  reason            text    NOT NULL
);
INSERT INTO hub_policies (version, silence_days, stable_days, defer_months, exempt_months, window_days, failure_percent, connect_by, changed_at, changed_by, changed_name, reason)
  VALUES (1, 7, 30, 12, 24, 30, 10, '2017-12-31', '2017-10-24 00:00:00+00:00', 0, '', '');

-- Up to where the connections were worked out.
CREATE TABLE hub_progress (
  id               integer PRIMARY KEY CHECK (id = 1),
  revision         bigint  NOT NULL,
  day              {{date}} NOT NULL,
  settled_at       {{ts}}  NOT NULL
);

-- +goose Down
DROP TABLE hub_progress;
DROP TABLE hub_policies;
DROP TABLE hub_upload_rows;
DROP TABLE hub_uploads;
DROP TABLE hub_beats;
DROP TABLE hub_exchanges;
DROP TABLE hub_parties;
DROP TABLE hub_links;
DROP TABLE hub_nodes;
DROP TABLE hub_exemptions;
DROP TABLE hub_events;
DROP TABLE hub_connections;
