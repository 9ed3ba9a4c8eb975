-- The census: lists that others keep, what came of holding the declared systems
-- against them, checks on the spot, and the certificate of the count.
-- +goose Up
-- A list that somebody else keeps, as it was handed in.
CREATE TABLE census_sources (
  id             {{id}},
  campaign_id    bigint NOT NULL REFERENCES campaigns (id),
  kind           text   NOT NULL CHECK (kind IN ('cloud', 'finance', 'network', 'djbh', 'audit', 'other')),
  title          text   NOT NULL,
  complete       {{bool}} NOT NULL,            -- what is declared and not on it is surplus
  state          text   NOT NULL CHECK (state IN ('received', 'matched', 'dropped')),
  file_name      text   NOT NULL,
  sha256         text   NOT NULL,
  size           bigint NOT NULL,
  tab            text   NOT NULL DEFAULT '',   -- sheet of the workbook
  columns        {{json}} NOT NULL,            -- titles with examples
  mapping        {{json}} NOT NULL,            -- what each column holds
  lines          {{json}} NOT NULL,            -- the cells, line by line
  lines_total    integer NOT NULL DEFAULT 0,
  matches        integer NOT NULL DEFAULT 0,
  differs        integer NOT NULL DEFAULT 0,
  omitted        integer NOT NULL DEFAULT 0,
  surplus        integer NOT NULL DEFAULT 0,
  unclear        integer NOT NULL DEFAULT 0,
  undecided      integer NOT NULL DEFAULT 0,   -- of all but the matches
  matched_at     {{ts}},
  created_at     {{ts}} NOT NULL,
  created_by     bigint NOT NULL,
  created_name   text   NOT NULL,
  updated_at     {{ts}} NOT NULL,
  updated_by     bigint NOT NULL,
  updated_name   text   NOT NULL,
  version        bigint NOT NULL CHECK (version > 0)
);
CREATE INDEX census_sources_campaign ON census_sources (campaign_id, id);

-- A line of a list, or a declared system that a complete list lacks.
CREATE TABLE census_items (
  id             {{id}},
  source_id      bigint NOT NULL REFERENCES census_sources (id),
  line           integer NOT NULL,             -- row in the file; 0 is a system that the list lacks
  name           text   NOT NULL,
  owner_name     text   NOT NULL DEFAULT '',   -- as the list writes it
  department_id  bigint,                       -- whose system it is, as far as known
  cells          {{json}} NOT NULL,            -- the line as it stands
  body           {{json}} NOT NULL,            -- what could be read: canonical text by field of the register
  unread         {{json}} NOT NULL,            -- what could not: the text by field
  result         text   NOT NULL CHECK (result IN ('match', 'differs', 'omitted', 'surplus', 'unclear')),
  row_id         bigint REFERENCES form_rows (id),  -- the declared system
  system_id      bigint REFERENCES systems (id),    -- its record, if it has one
  matched_by     text   NOT NULL DEFAULT '' CHECK (matched_by IN ('', 'code', 'url', 'address', 'name', 'person')),
  score          integer NOT NULL DEFAULT 0,   -- of 100
  candidates     {{json}} NOT NULL,
  differences    {{json}} NOT NULL,
  decision       text   NOT NULL CHECK (decision IN ('open', 'none', 'agreed', 'added', 'asked', 'dismissed')),
  reason         text   NOT NULL DEFAULT '',
  decided_at     {{ts}},
  decided_by     bigint NOT NULL DEFAULT 0,
  decided_name   text   NOT NULL DEFAULT '',
  created_at     {{ts}} NOT NULL,
  updated_at     {{ts}} NOT NULL,
  version        bigint NOT NULL CHECK (version > 0)
);
CREATE INDEX census_items_source ON census_items (source_id, line, id);
CREATE INDEX census_items_department ON census_items (department_id, source_id);
CREATE INDEX census_items_open ON census_items (source_id) WHERE decision = 'open';

-- Checks on the spot (现场核查).
CREATE TABLE census_visits (
  id             {{id}},
  campaign_id    bigint NOT NULL REFERENCES campaigns (id),
  department_id  bigint NOT NULL,
  row_id         bigint REFERENCES form_rows (id),
  system_id      bigint REFERENCES systems (id),
  name           text   NOT NULL,              -- of the system
  visited_on     {{date}} NOT NULL,
  people         text   NOT NULL,              -- who looked
  result         text   NOT NULL CHECK (result IN ('match', 'differs', 'omitted', 'surplus')),
  finding        text   NOT NULL,
  told           {{bool}} NOT NULL,            -- put to the department
  withdrawn_at   {{ts}},
  withdrawn_name text   NOT NULL DEFAULT '',
  withdrawn_why  text   NOT NULL DEFAULT '',
  created_at     {{ts}} NOT NULL,
  created_by     bigint NOT NULL,
  created_name   text   NOT NULL
);
CREATE INDEX census_visits_campaign ON census_visits (campaign_id, visited_on);

-- The count of the city at the lock. Never changed.
CREATE TABLE certificates (
  id             {{id}},
  number         text   NOT NULL UNIQUE,
  year           integer NOT NULL,
  serial         integer NOT NULL CHECK (serial > 0),
  campaign_id    bigint NOT NULL UNIQUE REFERENCES campaigns (id),
  survey_id      bigint NOT NULL REFERENCES campaigns (id),  -- whose answers it rests on
  title          text   NOT NULL,
  certified_on   {{date}} NOT NULL,
  certified_at   {{ts}} NOT NULL,
  signed_by      bigint NOT NULL,
  signed_name    text   NOT NULL,
  systems        integer NOT NULL,
  municipal      integer NOT NULL,
  others         integer NOT NULL,
  bodies         integer NOT NULL,
  totals         {{json}} NOT NULL,
  method         integer NOT NULL,             -- version of the rule by which the hash is made
  fields         {{json}} NOT NULL,            -- the fields of the register under the hash
  hash           text   NOT NULL,              -- SHA-256
  UNIQUE (year, serial)
);

-- Every system under a certificate.
CREATE TABLE certificate_systems (
  certificate_id bigint NOT NULL REFERENCES certificates (id),
  system_id      bigint NOT NULL,
  version        bigint NOT NULL,
  code           text   NOT NULL,
  department_id  bigint NOT NULL,
  digest         text   NOT NULL,              -- SHA-256 over its values
  PRIMARY KEY (certificate_id, system_id)
);

-- +goose Down
DROP TABLE certificate_systems;
DROP TABLE certificates;
DROP TABLE census_visits;
DROP TABLE census_items;
DROP TABLE census_sources;
