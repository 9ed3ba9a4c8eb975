-- What keeps pages and the intake quick.
-- +goose Up
-- Whether anything changed on the forms of a campaign, told without reading them.
CREATE INDEX forms_changed ON forms (campaign_id, updated_at, opened_at);
{{if pg}}
-- What waits in the inbox is packed already and is gone in seconds.
ALTER TABLE usage_inbox ALTER COLUMN body SET STORAGE EXTERNAL;
{{end}}
-- +goose Down
DROP INDEX forms_changed;
