-- What came to the connection with the hub, the catalog and sharing later: the
-- hub's own counters as series, beside those of usage.
-- +goose Up
ALTER TABLE usage_rules ADD COLUMN consumer_label text NOT NULL DEFAULT '';  -- of exchanges through the hub: who took
ALTER TABLE usage_rules ADD COLUMN outcome_label text NOT NULL DEFAULT '';   -- and how it went
ALTER TABLE usage_rules ADD COLUMN failed text NOT NULL DEFAULT '';          -- the values of that label that are failures, with | between
ALTER TABLE usage_series ADD COLUMN provider text NOT NULL DEFAULT '';       -- of a series of the hub, as the hub names it
ALTER TABLE usage_series ADD COLUMN consumer text NOT NULL DEFAULT '';
ALTER TABLE usage_series ADD COLUMN failed {{bool}} NOT NULL DEFAULT false;
CREATE INDEX usage_series_hub ON usage_series (probe_id, provider, consumer) WHERE provider <> '';

-- +goose Down
DROP INDEX usage_series_hub;
ALTER TABLE usage_series DROP COLUMN failed;
ALTER TABLE usage_series DROP COLUMN consumer;
ALTER TABLE usage_series DROP COLUMN provider;
ALTER TABLE usage_rules DROP COLUMN failed;
ALTER TABLE usage_rules DROP COLUMN outcome_label;
ALTER TABLE usage_rules DROP COLUMN consumer_label;
