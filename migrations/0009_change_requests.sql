-- Requests to change a record that the census has locked.
-- +goose Up
CREATE TABLE change_requests (
  id               {{id}},
  system_id        bigint NOT NULL REFERENCES systems (id),
  department_id    bigint NOT NULL REFERENCES departments (id),  -- whose record it is
  state            text   NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'rejected', 'withdrawn')),
  base_version     bigint NOT NULL CHECK (base_version > 0),     -- of the record that the request was written from
  changes          {{json}} NOT NULL,                            -- field, value then, value asked for
  reason           text   NOT NULL,
  advice           text   NOT NULL DEFAULT '' CHECK (advice IN ('', 'approve', 'reject')),  -- what the centre recommends
  decision_reason  text   NOT NULL DEFAULT '',
  applied_version  bigint NOT NULL DEFAULT 0,                    -- of the record that approval made
  created_at       {{ts}} NOT NULL,
  created_by       bigint NOT NULL,
  created_name     text   NOT NULL,
  submitted_at     {{ts}},
  submitted_name   text   NOT NULL DEFAULT '',
  closed_at        {{ts}},
  closed_name      text   NOT NULL DEFAULT '',
  updated_at       {{ts}} NOT NULL,
  updated_by       bigint NOT NULL,
  version          bigint NOT NULL CHECK (version > 0)
);
-- One request at a time for a record.
CREATE UNIQUE INDEX change_requests_open ON change_requests (system_id) WHERE state IN ('draft', 'submitted');
CREATE INDEX change_requests_system ON change_requests (system_id, id);
CREATE INDEX change_requests_state ON change_requests (state, submitted_at);
CREATE INDEX change_requests_department ON change_requests (department_id, state);

-- What was done with a request, step by step.
CREATE TABLE change_steps (
  request_id bigint NOT NULL REFERENCES change_requests (id),
  number     bigint NOT NULL CHECK (number > 0),
  at         {{ts}} NOT NULL,
  account_id bigint NOT NULL,
  name       text   NOT NULL,
  department text   NOT NULL DEFAULT '',
  action     text   NOT NULL,
  note       text   NOT NULL DEFAULT '',
  PRIMARY KEY (request_id, number)
);

-- +goose Down
DROP TABLE change_steps;
DROP TABLE change_requests;
