-- The resource catalog: the tree, the entries with their items and versions,
-- what they are found by, changes of law, whole catalogs and double collection.
-- +goose Up
CREATE TABLE catalog_classes (
  code         text    PRIMARY KEY,
  parent_code  text    NOT NULL DEFAULT '',
  name         text    NOT NULL,
  level        text    NOT NULL CHECK (level IN ('class', 'item', 'object', 'detail')),
  library      text    NOT NULL CHECK (library IN ('base', 'theme', 'dept')),
  lead_id      bigint  REFERENCES departments (id),  -- who leads a base or theme library
  origin       text    NOT NULL DEFAULT '',          -- national_tree_2017, guideline_order, hubei_local, local
  unverified   {{bool}} NOT NULL,                    -- the number is inferred, not published
  closed       {{bool}} NOT NULL,                    -- takes no new entries
  last_number  bigint  NOT NULL DEFAULT 0,           -- of the entries; never goes back
  note         text    NOT NULL DEFAULT '',
  updated_at   {{ts}}  NOT NULL,
  updated_by   bigint  NOT NULL,
  updated_name text    NOT NULL,
  version      bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX catalog_classes_parent ON catalog_classes (parent_code, code);

-- The states of the tree's nodes.
CREATE TABLE catalog_class_versions (
  code         text    NOT NULL REFERENCES catalog_classes (code),
  version      bigint  NOT NULL CHECK (version > 0),
  name         text    NOT NULL,
  lead_id      bigint,
  closed       {{bool}} NOT NULL,
  note         text    NOT NULL DEFAULT '',
  changed_at   {{ts}}  NOT NULL,
  changed_name text    NOT NULL,
  PRIMARY KEY (code, version)
);

CREATE TABLE catalog_changes (
  id           {{id}},
  kind         text    NOT NULL CHECK (kind IN ('law', 'duty')),
  title        text    NOT NULL,
  doc_no       text    NOT NULL DEFAULT '',
  changed_on   {{date}} NOT NULL,
  note         text    NOT NULL DEFAULT '',
  created_at   {{ts}}  NOT NULL,
  created_by   bigint  NOT NULL,
  created_name text    NOT NULL
);
CREATE INDEX catalog_changes_day ON catalog_changes (changed_on, id);

-- The departments that a change touches, each with its own clock.
CREATE TABLE catalog_change_departments (
  change_id     bigint  NOT NULL REFERENCES catalog_changes (id),
  department_id bigint  NOT NULL REFERENCES departments (id),
  due_on        {{date}} NOT NULL,
  done_at       {{ts}},
  done_name     text    NOT NULL DEFAULT '',
  entry_id      bigint,                              -- the entry whose new version answered
  statement     text    NOT NULL DEFAULT '',         -- why no entry is touched
  PRIMARY KEY (change_id, department_id)
);
CREATE INDEX catalog_change_departments_open ON catalog_change_departments (department_id, due_on) WHERE done_at IS NULL;

CREATE TABLE catalog_entries (
  id                    {{id}},
  code                  text    NOT NULL UNIQUE,
  owner_id              bigint  NOT NULL REFERENCES departments (id),
  region_id             bigint  REFERENCES departments (id),
  life                  text    NOT NULL CHECK (life IN ('new', 'published', 'withdrawn')),
  step                  text    NOT NULL DEFAULT '' CHECK (step IN ('', 'draft', 'region', 'review', 'returned')),
  intent                text    NOT NULL DEFAULT '' CHECK (intent IN ('', 'publish', 'withdraw')),
  class_code            text    NOT NULL REFERENCES catalog_classes (code),
  name                  text    NOT NULL,
  provider_id           bigint  NOT NULL REFERENCES departments (id),
  lead_id               bigint  REFERENCES departments (id),
  abstract              text    NOT NULL DEFAULT '',
  format_category       text    NOT NULL DEFAULT '',
  format_type           text    NOT NULL DEFAULT '',
  share_type            text    NOT NULL DEFAULT '' CHECK (share_type IN ('', '1', '2', '3')),
  share_condition       text    NOT NULL DEFAULT '',
  share_method_category text    NOT NULL DEFAULT '',
  share_method          text    NOT NULL DEFAULT '',
  basis_level           text    NOT NULL DEFAULT '',
  basis_text            text    NOT NULL DEFAULT '',
  basis_doc             text    NOT NULL DEFAULT '',
  open_to_public        {{bool}},
  open_condition        text    NOT NULL DEFAULT '',
  update_cycle          text    NOT NULL DEFAULT '',
  publish_date          {{date}},
  related_codes         text    NOT NULL DEFAULT '',
  system_id             bigint  REFERENCES systems (id),
  total_records         bigint  CHECK (total_records >= 0),
  shared_records        bigint  CHECK (shared_records >= 0),
  secrecy_result        text    NOT NULL DEFAULT '',
  secrecy_reviewer      text    NOT NULL DEFAULT '',
  secrecy_on            {{date}},
  library               text    NOT NULL CHECK (library IN ('base', 'theme', 'dept')),
  items                 bigint  NOT NULL DEFAULT 0,
  mount_kind            text    NOT NULL DEFAULT '' CHECK (mount_kind IN ('', 'table', 'api', 'file')),
  mount_address         text    NOT NULL DEFAULT '',
  mount_rows            bigint  CHECK (mount_rows >= 0),
  mounted_on            {{date}},
  last_update_on        {{date}},
  stale_on              {{date}},
  change_id             bigint  REFERENCES catalog_changes (id),
  reason                text    NOT NULL DEFAULT '',
  decision_reason       text    NOT NULL DEFAULT '',
  submitted_at          {{ts}},
  submitted_name        text    NOT NULL DEFAULT '',
  decided_at            {{ts}},
  decided_name          text    NOT NULL DEFAULT '',
  published_version     bigint  NOT NULL DEFAULT 0,
  first_published_at    {{ts}},
  published_at          {{ts}},
  withdrawn_at          {{ts}},
  version               bigint  NOT NULL CHECK (version > 0),
  created_at            {{ts}}  NOT NULL,
  updated_at            {{ts}}  NOT NULL,
  updated_by            bigint  NOT NULL,
  updated_name          text    NOT NULL
);
-- Lists of the city go by code and are counted and narrowed inside the index.
CREATE INDEX catalog_entries_life ON catalog_entries
  (life, code{{if pg}} COLLATE "C"{{end}}, share_type, library, provider_id, mount_kind, stale_on, class_code);
CREATE INDEX catalog_entries_name ON catalog_entries (life, name{{if pg}} COLLATE "C"{{end}});
CREATE INDEX catalog_entries_published ON catalog_entries (life, published_at);
CREATE INDEX catalog_entries_owner ON catalog_entries (owner_id, code);
CREATE INDEX catalog_entries_provider ON catalog_entries (provider_id, life);
CREATE INDEX catalog_entries_class ON catalog_entries (class_code, code);
CREATE INDEX catalog_entries_step ON catalog_entries (step, submitted_at) WHERE step <> '';
CREATE INDEX catalog_entries_system ON catalog_entries (system_id) WHERE system_id IS NOT NULL;
CREATE INDEX catalog_entries_stale ON catalog_entries (stale_on) WHERE stale_on IS NOT NULL;

-- The fields of the resource, as the entry says them now.
CREATE TABLE catalog_items (
  entry_id   bigint  NOT NULL REFERENCES catalog_entries (id),
  position   integer NOT NULL CHECK (position > 0),
  name       text    NOT NULL,
  name_key   text    NOT NULL,                       -- width, case and blanks folded
  data_type  text    NOT NULL DEFAULT '',
  length     bigint  CHECK (length >= 0),
  base_item  {{bool}} NOT NULL,
  sensitive  {{bool}} NOT NULL,
  share_type text    NOT NULL DEFAULT '',
  remark     text    NOT NULL DEFAULT '',
  PRIMARY KEY (entry_id, position)
);
CREATE INDEX catalog_items_name ON catalog_items (name_key, entry_id);

-- The next version of a published entry.
CREATE TABLE catalog_drafts (
  entry_id   bigint  PRIMARY KEY REFERENCES catalog_entries (id),
  content    {{json}} NOT NULL,
  updated_at {{ts}}  NOT NULL
);

CREATE TABLE catalog_versions (
  entry_id       bigint  NOT NULL REFERENCES catalog_entries (id),
  number         bigint  NOT NULL CHECK (number > 0),
  content        {{json}} NOT NULL,
  change_id      bigint  REFERENCES catalog_changes (id),
  reason         text    NOT NULL DEFAULT '',
  valid_from     {{ts}}  NOT NULL,
  valid_to       {{ts}},
  published_by   bigint  NOT NULL,
  published_name text    NOT NULL,
  ended          text    NOT NULL DEFAULT '' CHECK (ended IN ('', 'withdrawn')),
  PRIMARY KEY (entry_id, number)
);

-- What was done with an entry, step by step.
CREATE TABLE catalog_steps (
  entry_id   bigint  NOT NULL REFERENCES catalog_entries (id),
  number     bigint  NOT NULL CHECK (number > 0),
  at         {{ts}}  NOT NULL,
  account_id bigint  NOT NULL,
  name       text    NOT NULL,
  department text    NOT NULL DEFAULT '',
  action     text    NOT NULL,
  note       text    NOT NULL DEFAULT '',
  PRIMARY KEY (entry_id, number)
);

-- The whole catalog of a department, handed in by a day and accepted.
CREATE TABLE catalog_filings (
  department_id  bigint  PRIMARY KEY REFERENCES departments (id),
  state          text    NOT NULL CHECK (state IN ('asked', 'submitted', 'returned', 'accepted')),
  due_on         {{date}} NOT NULL,
  nothing_held   {{bool}} NOT NULL,                   -- there is nothing to share
  statement      text    NOT NULL DEFAULT '',
  entries        bigint  NOT NULL DEFAULT 0,
  submitted_at   {{ts}},
  submitted_name text    NOT NULL DEFAULT '',
  decided_at     {{ts}},
  decided_name   text    NOT NULL DEFAULT '',
  accepted_on    {{date}},                            -- the first time
  reason         text    NOT NULL DEFAULT '',
  version        bigint  NOT NULL CHECK (version > 0)
);

-- Items that several departments collect although the hub holds them.
CREATE TABLE catalog_overlaps (
  id            {{id}},
  name_key      text    NOT NULL UNIQUE,
  name          text    NOT NULL,
  holder_id     bigint  NOT NULL REFERENCES catalog_entries (id),
  departments   bigint  NOT NULL,                     -- that collect it, the holder not counted
  entries       bigint  NOT NULL,
  state         text    NOT NULL CHECK (state IN ('proposed', 'confirmed', 'dismissed')),
  reason        text    NOT NULL DEFAULT '',
  found_at      {{ts}}  NOT NULL,
  decided_at    {{ts}},
  decided_name  text    NOT NULL DEFAULT '',
  version       bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX catalog_overlaps_state ON catalog_overlaps (state, departments);

-- Files of entries between preview and confirmation.
CREATE TABLE catalog_imports (
  id            {{id}},
  account_id    bigint  NOT NULL,
  account_name  text    NOT NULL,
  department_id bigint  NOT NULL,
  file_name     text    NOT NULL,
  sha256        text    NOT NULL,
  state         text    NOT NULL CHECK (state IN ('ready', 'confirmed', 'dropped')),
  rows_total    bigint  NOT NULL,
  rows_new      bigint  NOT NULL,
  rows_changed  bigint  NOT NULL,
  rows_same     bigint  NOT NULL,
  rows_wrong    bigint  NOT NULL,
  created_at    {{ts}}  NOT NULL,
  settled_at    {{ts}},
  version       bigint  NOT NULL CHECK (version > 0)
);
CREATE INDEX catalog_imports_account ON catalog_imports (account_id, id);

CREATE TABLE catalog_import_rows (
  import_id     bigint  NOT NULL REFERENCES catalog_imports (id),
  row_no        bigint  NOT NULL,                     -- where the entry begins
  outcome       text    NOT NULL CHECK (outcome IN ('new', 'changed', 'same', 'wrong')),
  code          text    NOT NULL DEFAULT '',
  name          text    NOT NULL DEFAULT '',
  base_version  bigint  NOT NULL DEFAULT 0,           -- of the entry that was compared with
  content       {{json}} NOT NULL,
  found         {{json}} NOT NULL,
  PRIMARY KEY (import_id, row_no)
);
CREATE INDEX catalog_import_rows_outcome ON catalog_import_rows (import_id, outcome, row_no);

-- What entries are found by: the text, its runs of one and two characters, and
-- terms for what lists are narrowed by.
{{if pg}}
CREATE TABLE catalog_search (
  entry_id bigint PRIMARY KEY REFERENCES catalog_entries (id),
  body     text   NOT NULL,
  grams    text[] NOT NULL
);
CREATE INDEX catalog_search_grams ON catalog_search USING gin (grams);
{{else}}
CREATE TABLE catalog_search (
  entry_id INTEGER PRIMARY KEY REFERENCES catalog_entries (id),
  body     text    NOT NULL
);
CREATE VIRTUAL TABLE catalog_grams USING fts5(grams, content='', contentless_delete=1, detail=none, tokenize='ascii');
{{end}}

-- +goose Down
{{if not pg}}DROP TABLE catalog_grams;{{end}}
DROP TABLE catalog_search;
DROP TABLE catalog_import_rows;
DROP TABLE catalog_imports;
DROP TABLE catalog_overlaps;
DROP TABLE catalog_filings;
DROP TABLE catalog_steps;
DROP TABLE catalog_versions;
DROP TABLE catalog_drafts;
DROP TABLE catalog_items;
DROP TABLE catalog_entries;
DROP TABLE catalog_change_departments;
DROP TABLE catalog_changes;
DROP TABLE catalog_class_versions;
DROP TABLE catalog_classes;
