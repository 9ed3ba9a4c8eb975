-- The paper that a state of a system comes from: its address in the service.
-- +goose Up
ALTER TABLE system_versions ADD COLUMN origin text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE system_versions DROP COLUMN origin;
