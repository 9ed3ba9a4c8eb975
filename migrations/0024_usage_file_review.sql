-- A department's file of daily figures counts when the centre has accepted it:
-- what was said when it was handed in, and what became of it.
-- +goose Up
ALTER TABLE usage_uploads ADD COLUMN review text NOT NULL DEFAULT '' CHECK (review IN ('', 'own', 'waiting', 'accepted', 'returned'));
ALTER TABLE usage_uploads ADD COLUMN source_note text NOT NULL DEFAULT '';   -- where the figures come from
ALTER TABLE usage_uploads ADD COLUMN submitted_at {{ts}};
ALTER TABLE usage_uploads ADD COLUMN submitted_by bigint NOT NULL DEFAULT 0;
ALTER TABLE usage_uploads ADD COLUMN submitted_name text NOT NULL DEFAULT '';
ALTER TABLE usage_uploads ADD COLUMN reviewed_at {{ts}};
ALTER TABLE usage_uploads ADD COLUMN reviewed_by bigint NOT NULL DEFAULT 0;
ALTER TABLE usage_uploads ADD COLUMN reviewed_name text NOT NULL DEFAULT '';
ALTER TABLE usage_uploads ADD COLUMN review_reason text NOT NULL DEFAULT ''; -- why it was sent back
CREATE INDEX usage_uploads_review ON usage_uploads (review, state);

-- +goose Down
DROP INDEX usage_uploads_review;
ALTER TABLE usage_uploads DROP COLUMN review_reason;
ALTER TABLE usage_uploads DROP COLUMN reviewed_name;
ALTER TABLE usage_uploads DROP COLUMN reviewed_by;
ALTER TABLE usage_uploads DROP COLUMN reviewed_at;
ALTER TABLE usage_uploads DROP COLUMN submitted_name;
ALTER TABLE usage_uploads DROP COLUMN submitted_by;
ALTER TABLE usage_uploads DROP COLUMN submitted_at;
ALTER TABLE usage_uploads DROP COLUMN source_note;
ALTER TABLE usage_uploads DROP COLUMN review;
