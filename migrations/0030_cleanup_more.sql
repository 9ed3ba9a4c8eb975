-- What is remembered of systems is kept in four parts by the day, so that a part
-- whose days are over is emptied at once. What was there is in an older form:
-- the next run makes it anew from the facts.
-- +goose Up
DROP TABLE zombie_states;
CREATE TABLE zombie_states (
  part           smallint NOT NULL,           -- the day modulo 4
  day            integer NOT NULL,
  system_id      bigint  NOT NULL,
  state          {{bytes}} NOT NULL,
  PRIMARY KEY (part, day, system_id)
) {{if pg}}PARTITION BY LIST (part){{else}}WITHOUT ROWID{{end}};
{{if pg}}
CREATE TABLE zombie_states_0 PARTITION OF zombie_states FOR VALUES IN (0);
CREATE TABLE zombie_states_1 PARTITION OF zombie_states FOR VALUES IN (1);
CREATE TABLE zombie_states_2 PARTITION OF zombie_states FOR VALUES IN (2);
CREATE TABLE zombie_states_3 PARTITION OF zombie_states FOR VALUES IN (3);
-- A state is kept where it is and as it is: it does not shrink.
ALTER TABLE zombie_states_0 ALTER COLUMN state SET STORAGE PLAIN;
ALTER TABLE zombie_states_1 ALTER COLUMN state SET STORAGE PLAIN;
ALTER TABLE zombie_states_2 ALTER COLUMN state SET STORAGE PLAIN;
ALTER TABLE zombie_states_3 ALTER COLUMN state SET STORAGE PLAIN;
{{end}}

-- Who runs detection, so that it is run once at a time. Who does not renew in
-- time has lost it.
CREATE TABLE zombie_lease (
  id             integer PRIMARY KEY CHECK (id = 1),
  holder         text    NOT NULL,            -- '' is nobody
  name           text    NOT NULL,            -- of who began the run
  day            integer NOT NULL,            -- that is run
  until          {{ts}}  NOT NULL
);
INSERT INTO zombie_lease (id, holder, name, day, until) VALUES (1, '', '', 0, '2000-01-01 00:00:00+00:00');

-- Silences of the systems of a lot: systems of one probe that fell silent together
-- are found when all lots are done.
DELETE FROM zombie_lots;
ALTER TABLE zombie_lots ADD COLUMN falls {{bytes}};

-- What became of the silences of all systems: how many came to a length, and how
-- many of these ended.
ALTER TABLE zombie_runs ADD COLUMN returns text NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE zombie_runs DROP COLUMN returns;
ALTER TABLE zombie_lots DROP COLUMN falls;
DROP TABLE zombie_lease;
DROP TABLE zombie_states;
CREATE TABLE zombie_states (
  day            integer NOT NULL,
  system_id      bigint  NOT NULL,
  state          {{bytes}} NOT NULL,
  PRIMARY KEY (day, system_id)
){{if pg}}{{else}} WITHOUT ROWID{{end}};
