-- Whether anything changed on the forms of a campaign, told without reading them.
-- +goose Up
CREATE INDEX forms_changed ON forms (campaign_id, updated_at, opened_at);

-- +goose Down
DROP INDEX forms_changed;
