-- The working calendar as it was published, and the due dates that follow it.
-- +goose Up
-- The one row that every change of the calendar locks and renews; its token
-- never comes back, so a calendar worked out at the same token is still right.
CREATE TABLE calendar_revisions (
  id    smallint PRIMARY KEY CHECK (id = 1),
  token text     NOT NULL
);
INSERT INTO calendar_revisions (id, token) VALUES (1, '');

-- A year whose statutory schedule is known.
CREATE TABLE calendar_years (
  year           integer PRIMARY KEY CHECK (year BETWEEN 2000 AND 2100),
  origin         text   NOT NULL CHECK (origin IN ('shipped', 'published')),
  notice         text   NOT NULL DEFAULT '',        -- number of the State Council's notice
  published_by   bigint NOT NULL,                   -- account, 0 for the service itself
  published_name text   NOT NULL,
  published_at   {{ts}} NOT NULL,
  confirmed_by   bigint NOT NULL DEFAULT 0,
  confirmed_name text   NOT NULL DEFAULT '',
  confirmed_at   {{ts}},                            -- the Office has confirmed this version
  version        bigint NOT NULL CHECK (version > 0)
);

-- What the notice of a year lists; it may list December days of the year
-- before, so the same day can stand in two notices. The later notice counts.
CREATE TABLE calendar_days (
  year integer  NOT NULL REFERENCES calendar_years (year) ON DELETE CASCADE,
  day  {{date}} NOT NULL,
  kind text     NOT NULL CHECK (kind IN ('off', 'work')),
  name text     NOT NULL DEFAULT '',
  PRIMARY KEY (year, day)
);

-- Local closures and local make-up days; they win over the notices.
CREATE TABLE calendar_closures (
  id             {{id}},
  from_on        {{date}} NOT NULL,
  to_on          {{date}} NOT NULL,
  kind           text   NOT NULL CHECK (kind IN ('off', 'work')),
  name           text   NOT NULL,
  reason         text   NOT NULL,
  added_by       bigint NOT NULL,
  added_name     text   NOT NULL,
  added_at       {{ts}} NOT NULL,
  confirmed_by   bigint NOT NULL DEFAULT 0,
  confirmed_name text   NOT NULL DEFAULT '',
  confirmed_at   {{ts}},
  removed_by     bigint NOT NULL DEFAULT 0,
  removed_name   text   NOT NULL DEFAULT '',
  removed_at     {{ts}},
  removed_reason text   NOT NULL DEFAULT '',
  version        bigint NOT NULL CHECK (version > 0),
  CHECK (to_on >= from_on)
);

-- What somebody has to do, and by when: so many working days after an event,
-- or by a date that stands in the document.
CREATE TABLE due_dates (
  id            {{id}},
  subject_kind  text    NOT NULL,                   -- what it is about, and which one
  subject_id    text    NOT NULL,
  department_id bigint  NOT NULL,                   -- who must act
  title         text    NOT NULL,                   -- message key; one open due date per subject and title
  title_args    {{json}} NOT NULL,
  article       text    NOT NULL DEFAULT '',        -- on what it rests
  event_on      {{date}},
  term_wd       integer NOT NULL DEFAULT 0,         -- working days after event_on, 0 for a fixed date
  fixed_on      {{date}},
  roll          text    NOT NULL CHECK (roll IN ('none', 'previous', 'next')),
  due_on        {{date}} NOT NULL,
  opened_at     {{ts}}  NOT NULL,
  closed_at     {{ts}},
  version       bigint  NOT NULL CHECK (version > 0),
  CHECK ((term_wd > 0 AND event_on IS NOT NULL AND fixed_on IS NULL AND roll = 'none')
      OR (term_wd = 0 AND event_on IS NULL AND fixed_on IS NOT NULL))
);
CREATE UNIQUE INDEX due_dates_open_title ON due_dates (subject_kind, subject_id, title) WHERE closed_at IS NULL;
CREATE INDEX due_dates_open_department ON due_dates (department_id, due_on, id) WHERE closed_at IS NULL;
CREATE INDEX due_dates_open_due ON due_dates (due_on, id) WHERE closed_at IS NULL;

-- +goose Down
DROP TABLE due_dates;
DROP TABLE calendar_closures;
DROP TABLE calendar_days;
DROP TABLE calendar_years;
DROP TABLE calendar_revisions;
