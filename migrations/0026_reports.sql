-- What departments report of a month (方案 part 3 (5)) and of a year (办法 art. 17).
-- +goose Up
CREATE TABLE reports (
  id             {{id}},
  kind           text   NOT NULL CHECK (kind IN ('monthly', 'annual')),
  period         text   NOT NULL,               -- 2017-10 or 2017
  department_id  bigint NOT NULL REFERENCES departments (id),
  state          text   NOT NULL CHECK (state IN ('draft', 'ready', 'filed', 'accepted', 'returned')),
  due_on         {{date}} NOT NULL,
  figures        {{json}} NOT NULL,             -- what the service knows, and what was typed beside it
  task_rows      {{json}} NOT NULL,             -- of a month, task by task
  sections       {{json}} NOT NULL,             -- of a year, text by section
  ready_at       {{ts}},
  ready_name     text   NOT NULL DEFAULT '',
  counts_on      {{date}},                      -- the day of filing that counts
  late_wd        bigint,                        -- working days after due_on, by that day
  filed_at       {{ts}},
  filed_by       bigint NOT NULL DEFAULT 0,
  filed_name     text   NOT NULL DEFAULT '',    -- the head who confirmed it
  decided_at     {{ts}},
  decided_by     bigint NOT NULL DEFAULT 0,
  decided_name   text   NOT NULL DEFAULT '',
  reason         text   NOT NULL DEFAULT '',    -- of the return, or a remark
  created_at     {{ts}} NOT NULL,
  updated_at     {{ts}} NOT NULL,
  updated_by     bigint NOT NULL,
  updated_name   text   NOT NULL,
  version        bigint NOT NULL CHECK (version > 0),
  UNIQUE (kind, period, department_id)
);
CREATE INDEX reports_department ON reports (department_id, kind, period);
CREATE INDEX reports_state ON reports (state, kind, period);

-- +goose Down
DROP TABLE reports;
