-- Departments with their whole history.
-- +goose Up
CREATE TABLE departments (
  id                     {{id}},
  code                   text NOT NULL DEFAULT '' UNIQUE,
  name                   text NOT NULL DEFAULT '',
  full_name              text NOT NULL DEFAULT '',
  prefix                 text NOT NULL DEFAULT '',
  uscc                   text NOT NULL DEFAULT '',
  region_code            text NOT NULL DEFAULT '',
  kind                   text NOT NULL DEFAULT '' CHECK (kind IN ('municipal', 'county', 'zone', 'coordination')),
  parent_id              bigint REFERENCES departments (id),
  key_area               {{bool}} NOT NULL,
  key_areas              text NOT NULL DEFAULT '',
  duties                 text NOT NULL DEFAULT '',
  vertical               {{bool}} NOT NULL,
  group_code             text NOT NULL DEFAULT '',
  head_name              text NOT NULL DEFAULT '',
  head_phone             text NOT NULL DEFAULT '',
  contact_name           text NOT NULL DEFAULT '',
  contact_phone          text NOT NULL DEFAULT '',
  implementing_unit      text NOT NULL DEFAULT '',
  address                text NOT NULL DEFAULT '',
  staff_count            bigint,
  it_staff_count         bigint,
  it_unit                text NOT NULL DEFAULT '',
  server_room            {{bool}},
  it_budget_year         bigint,
  origin                 text NOT NULL DEFAULT '',
  remark                 text NOT NULL DEFAULT '',
  uscc_override_reason   text NOT NULL DEFAULT '',
  active_from            {{date}},
  active_to              {{date}},
  successor_id           bigint REFERENCES departments (id),
  version                bigint NOT NULL CHECK (version > 0),
  created_at             {{ts}} NOT NULL,
  updated_at             {{ts}} NOT NULL,
  updated_by             bigint NOT NULL,
  CHECK (successor_id IS NULL OR successor_id <> id),
  CHECK (parent_id IS NULL OR parent_id <> id)
);
CREATE INDEX departments_parent ON departments (parent_id);
CREATE INDEX departments_name ON departments (name);

-- Every state of a department: true in the register from valid_from until
-- valid_to (open: still true).
CREATE TABLE department_versions (
  id                     bigint NOT NULL,
  code                   text NOT NULL DEFAULT '',
  name                   text NOT NULL DEFAULT '',
  full_name              text NOT NULL DEFAULT '',
  prefix                 text NOT NULL DEFAULT '',
  uscc                   text NOT NULL DEFAULT '',
  region_code            text NOT NULL DEFAULT '',
  kind                   text NOT NULL DEFAULT '',
  parent_id              bigint,
  key_area               {{bool}} NOT NULL,
  key_areas              text NOT NULL DEFAULT '',
  duties                 text NOT NULL DEFAULT '',
  vertical               {{bool}} NOT NULL,
  group_code             text NOT NULL DEFAULT '',
  head_name              text NOT NULL DEFAULT '',
  head_phone             text NOT NULL DEFAULT '',
  contact_name           text NOT NULL DEFAULT '',
  contact_phone          text NOT NULL DEFAULT '',
  implementing_unit      text NOT NULL DEFAULT '',
  address                text NOT NULL DEFAULT '',
  staff_count            bigint,
  it_staff_count         bigint,
  it_unit                text NOT NULL DEFAULT '',
  server_room            {{bool}},
  it_budget_year         bigint,
  origin                 text NOT NULL DEFAULT '',
  remark                 text NOT NULL DEFAULT '',
  uscc_override_reason   text NOT NULL DEFAULT '',
  active_from            {{date}},
  active_to              {{date}},
  successor_id           bigint,
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
CREATE INDEX department_versions_time ON department_versions (valid_from, valid_to);

-- A number that grows with every change of the register: lists that were
-- worked out at the same number are still right.
CREATE TABLE register_revisions (
  name     text   PRIMARY KEY,
  revision bigint NOT NULL
);
INSERT INTO register_revisions (name, revision) VALUES ('departments', 1), ('systems', 1);

-- +goose Down
DROP TABLE register_revisions;
DROP TABLE department_versions;
DROP TABLE departments;
