-- Systems with their whole history, what joins them, and how they are found.
-- +goose Up
CREATE TABLE systems (
  id                     {{id}},
  code                   text NOT NULL DEFAULT '' UNIQUE,
  state                  text NOT NULL DEFAULT '' CHECK (state IN ('draft', 'declared', 'returned', 'verified', 'certified', 'in_service', 'merging', 'merged', 'retiring', 'retired')),
  owner_id               bigint NOT NULL REFERENCES departments (id),
  name                   text NOT NULL DEFAULT '',
  short_name             text NOT NULL DEFAULT '',
  function_desc          text NOT NULL DEFAULT '',
  system_class           text NOT NULL DEFAULT '',
  category               text NOT NULL DEFAULT '',
  vertical               text NOT NULL DEFAULT '',
  architecture           text NOT NULL DEFAULT '',
  system_desc            text NOT NULL DEFAULT '',
  parent_system_id       bigint REFERENCES systems (id),
  merged_into_id         bigint REFERENCES systems (id),
  charge_unit            text NOT NULL DEFAULT '',
  charge_contact         text NOT NULL DEFAULT '',
  charge_phone           text NOT NULL DEFAULT '',
  build_unit             text NOT NULL DEFAULT '',
  build_contact          text NOT NULL DEFAULT '',
  build_phone            text NOT NULL DEFAULT '',
  contractor             text NOT NULL DEFAULT '',
  contractor_contact     text NOT NULL DEFAULT '',
  contractor_phone       text NOT NULL DEFAULT '',
  maintain_unit          text NOT NULL DEFAULT '',
  maintain_contact       text NOT NULL DEFAULT '',
  maintain_phone         text NOT NULL DEFAULT '',
  approval_dept          text NOT NULL DEFAULT '',
  approval_date          {{date}},
  approval_doc_no        text NOT NULL DEFAULT '',
  approval_note          text NOT NULL DEFAULT '',
  budget_project_name    text NOT NULL DEFAULT '',
  budget_total           bigint CHECK (budget_total >= 0),
  finance_code           text NOT NULL DEFAULT '',
  fund_source            text NOT NULL DEFAULT '',
  build_amount           bigint CHECK (build_amount >= 0),
  build_mode             text NOT NULL DEFAULT '',
  om_amount_year         bigint CHECK (om_amount_year >= 0),
  om_fund_source         text NOT NULL DEFAULT '',
  om_mode                text NOT NULL DEFAULT '',
  om_contract_end        {{date}},
  phase                  text NOT NULL DEFAULT '',
  built_date             {{date}},
  enabled_date           {{date}},
  disabled_date          {{date}},
  last_release_date      {{date}},
  last_maintenance_date  {{date}},
  planned_retire_date    {{date}},
  use_scope              text NOT NULL DEFAULT '',
  use_objects            text NOT NULL DEFAULT '',
  registered_users       bigint CHECK (registered_users >= 0),
  active_users_month     bigint CHECK (active_users_month >= 0),
  use_frequency          text NOT NULL DEFAULT '',
  usage_pattern          text NOT NULL DEFAULT '',
  season_months          text NOT NULL DEFAULT '',
  business_items         text NOT NULL DEFAULT '',
  location               text NOT NULL DEFAULT '',
  network                text NOT NULL DEFAULT '',
  gateway_note           text NOT NULL DEFAULT '',
  server_ips             text NOT NULL DEFAULT '',
  virtualised            {{bool}},
  backup                 text NOT NULL DEFAULT '',
  disaster_recovery      {{bool}},
  db_type                text NOT NULL DEFAULT '',
  data_volume_gb         bigint,
  data_records           bigint,
  data_growth_month_mb   bigint,
  data_years             bigint,
  visit_url              text NOT NULL DEFAULT '',
  classified             {{bool}} NOT NULL,
  secret_level           text NOT NULL DEFAULT '',
  djbh_level             text NOT NULL DEFAULT '',
  djbh_filing_no         text NOT NULL DEFAULT '',
  djbh_filing_date       {{date}},
  last_assessment_date   {{date}},
  interfaces             text NOT NULL DEFAULT '',
  data_status            text NOT NULL DEFAULT '',
  proposed               text NOT NULL DEFAULT '',
  disposition_note       text NOT NULL DEFAULT '',
  final                  text NOT NULL DEFAULT '',
  must_connect           {{bool}},
  exempt_reason          text NOT NULL DEFAULT '',
  defer_until            {{date}},
  cleaned_situation      text NOT NULL DEFAULT '',
  upgrade_need           text NOT NULL DEFAULT '',
  office_note            text NOT NULL DEFAULT '',
  version                bigint NOT NULL CHECK (version > 0),
  created_at             {{ts}} NOT NULL,
  updated_at             {{ts}} NOT NULL,
  updated_by             bigint NOT NULL,
  CHECK (parent_system_id IS NULL OR parent_system_id <> id),
  CHECK (merged_into_id IS NULL OR merged_into_id <> id)
);
CREATE INDEX systems_owner ON systems (owner_id, code);
CREATE INDEX systems_name ON systems (name);
CREATE INDEX systems_state ON systems (state);
CREATE INDEX systems_visit_url ON systems (visit_url) WHERE visit_url <> '';
CREATE INDEX systems_updated ON systems (updated_at);
CREATE INDEX systems_parent ON systems (parent_system_id) WHERE parent_system_id IS NOT NULL;
CREATE INDEX systems_merged_into ON systems (merged_into_id) WHERE merged_into_id IS NOT NULL;

CREATE TABLE system_versions (
  id                     bigint NOT NULL,
  code                   text NOT NULL DEFAULT '',
  state                  text NOT NULL DEFAULT '',
  owner_id               bigint NOT NULL,
  name                   text NOT NULL DEFAULT '',
  short_name             text NOT NULL DEFAULT '',
  function_desc          text NOT NULL DEFAULT '',
  system_class           text NOT NULL DEFAULT '',
  category               text NOT NULL DEFAULT '',
  vertical               text NOT NULL DEFAULT '',
  architecture           text NOT NULL DEFAULT '',
  system_desc            text NOT NULL DEFAULT '',
  parent_system_id       bigint,
  merged_into_id         bigint,
  charge_unit            text NOT NULL DEFAULT '',
  charge_contact         text NOT NULL DEFAULT '',
  charge_phone           text NOT NULL DEFAULT '',
  build_unit             text NOT NULL DEFAULT '',
  build_contact          text NOT NULL DEFAULT '',
  build_phone            text NOT NULL DEFAULT '',
  contractor             text NOT NULL DEFAULT '',
  contractor_contact     text NOT NULL DEFAULT '',
  contractor_phone       text NOT NULL DEFAULT '',
  maintain_unit          text NOT NULL DEFAULT '',
  maintain_contact       text NOT NULL DEFAULT '',
  maintain_phone         text NOT NULL DEFAULT '',
  approval_dept          text NOT NULL DEFAULT '',
  approval_date          {{date}},
  approval_doc_no        text NOT NULL DEFAULT '',
  approval_note          text NOT NULL DEFAULT '',
  budget_project_name    text NOT NULL DEFAULT '',
  budget_total           bigint,
  finance_code           text NOT NULL DEFAULT '',
  fund_source            text NOT NULL DEFAULT '',
  build_amount           bigint,
  build_mode             text NOT NULL DEFAULT '',
  om_amount_year         bigint,
  om_fund_source         text NOT NULL DEFAULT '',
  om_mode                text NOT NULL DEFAULT '',
  om_contract_end        {{date}},
  phase                  text NOT NULL DEFAULT '',
  built_date             {{date}},
  enabled_date           {{date}},
  disabled_date          {{date}},
  last_release_date      {{date}},
  last_maintenance_date  {{date}},
  planned_retire_date    {{date}},
  use_scope              text NOT NULL DEFAULT '',
  use_objects            text NOT NULL DEFAULT '',
  registered_users       bigint,
  active_users_month     bigint,
  use_frequency          text NOT NULL DEFAULT '',
  usage_pattern          text NOT NULL DEFAULT '',
  season_months          text NOT NULL DEFAULT '',
  business_items         text NOT NULL DEFAULT '',
  location               text NOT NULL DEFAULT '',
  network                text NOT NULL DEFAULT '',
  gateway_note           text NOT NULL DEFAULT '',
  server_ips             text NOT NULL DEFAULT '',
  virtualised            {{bool}},
  backup                 text NOT NULL DEFAULT '',
  disaster_recovery      {{bool}},
  db_type                text NOT NULL DEFAULT '',
  data_volume_gb         bigint,
  data_records           bigint,
  data_growth_month_mb   bigint,
  data_years             bigint,
  visit_url              text NOT NULL DEFAULT '',
  classified             {{bool}} NOT NULL,
  secret_level           text NOT NULL DEFAULT '',
  djbh_level             text NOT NULL DEFAULT '',
  djbh_filing_no         text NOT NULL DEFAULT '',
  djbh_filing_date       {{date}},
  last_assessment_date   {{date}},
  interfaces             text NOT NULL DEFAULT '',
  data_status            text NOT NULL DEFAULT '',
  proposed               text NOT NULL DEFAULT '',
  disposition_note       text NOT NULL DEFAULT '',
  final                  text NOT NULL DEFAULT '',
  must_connect           {{bool}},
  exempt_reason          text NOT NULL DEFAULT '',
  defer_until            {{date}},
  cleaned_situation      text NOT NULL DEFAULT '',
  upgrade_need           text NOT NULL DEFAULT '',
  office_note            text NOT NULL DEFAULT '',
  version                bigint NOT NULL,
  created_at             {{ts}} NOT NULL,
  updated_at             {{ts}} NOT NULL,
  updated_by             bigint NOT NULL,
  valid_from             {{ts}} NOT NULL,
  valid_to               {{ts}},
  changed_name           text NOT NULL DEFAULT '',
  action                 text NOT NULL,
  reason                 text NOT NULL DEFAULT '',
  PRIMARY KEY (id, version)
);
CREATE INDEX system_versions_time ON system_versions (valid_from, valid_to);
CREATE INDEX system_versions_owner ON system_versions (owner_id, id);

-- The last number given to a system of a prefix; a code is never used again.
CREATE TABLE system_counters (
  prefix text   PRIMARY KEY,
  last   bigint NOT NULL
);

-- Keys that make a repeated registration harmless.
CREATE TABLE registration_keys (
  account_id      bigint NOT NULL,
  idempotency_key text   NOT NULL,
  code            text   NOT NULL,
  used_at         {{ts}} NOT NULL,
  PRIMARY KEY (account_id, idempotency_key)
);

-- What joins two systems (interfaces, replaced by).
CREATE TABLE system_relations (
  id         {{id}},
  from_id    bigint NOT NULL REFERENCES systems (id),
  to_id      bigint NOT NULL REFERENCES systems (id),
  kind       text   NOT NULL CHECK (kind IN ('interface', 'replaced_by')),
  note       text   NOT NULL DEFAULT '',
  created_at {{ts}} NOT NULL,
  created_by bigint NOT NULL,
  UNIQUE (from_id, to_id, kind),
  CHECK (from_id <> to_id)
);
CREATE INDEX system_relations_to ON system_relations (to_id);

-- Search by any part of a name: every system's text cut into runs of one and
-- two characters (Chinese has no spaces to cut at).
{{if pg}}
CREATE TABLE system_search (
  system_id bigint PRIMARY KEY REFERENCES systems (id),
  body      text   NOT NULL,
  grams     text[] NOT NULL
);
CREATE INDEX system_search_grams ON system_search USING gin (grams);
{{else}}
CREATE TABLE system_search (
  system_id INTEGER PRIMARY KEY REFERENCES systems (id),
  body      text    NOT NULL
);
CREATE VIRTUAL TABLE system_grams USING fts5(grams, content='', contentless_delete=1, detail=none, tokenize='ascii');
{{end}}

-- +goose Down
{{if not pg}}DROP TABLE system_grams;{{end}}
DROP TABLE system_search;
DROP TABLE system_relations;
DROP TABLE registration_keys;
DROP TABLE system_counters;
DROP TABLE system_versions;
DROP TABLE systems;
