-- Looks at connections: what Meta says of them by now, and the profiles of their accounts with the counts of each day.

ALTER TABLE connections DROP CONSTRAINT connections_state_check;
ALTER TABLE connections ADD CONSTRAINT connections_state_check
    CHECK (state IN ('active', 'needs_reconnect', 'missing_scopes', 'restricted'));

-- The next look is due at once for whoever is connected already.
ALTER TABLE connections ADD COLUMN look_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN look_tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN look_error TEXT;
ALTER TABLE connections ADD COLUMN looked_at BIGINT;
ALTER TABLE connections ADD COLUMN tasks TEXT;
-- Of how many days ahead of the end it was told last.
ALTER TABLE connections ADD COLUMN forecast_days BIGINT;
CREATE INDEX connections_look ON connections (look_at);

ALTER TABLE accounts ADD COLUMN picture_url TEXT;
ALTER TABLE accounts ADD COLUMN followers BIGINT;
ALTER TABLE accounts ADD COLUMN follows BIGINT;
ALTER TABLE accounts ADD COLUMN media_count BIGINT;
ALTER TABLE accounts ADD COLUMN synced_at BIGINT;
-- Microseconds without an event that are nothing unusual, and the last event before a silence that was told.
ALTER TABLE accounts ADD COLUMN usual_pause BIGINT;
ALTER TABLE accounts ADD COLUMN silence_told BIGINT;

-- By the day since 1970-01-01, UTC.
CREATE TABLE profile_days (
    account_key UUID NOT NULL REFERENCES accounts (key),
    day BIGINT NOT NULL,
    followers BIGINT,
    follows BIGINT,
    media_count BIGINT,
    PRIMARY KEY (account_key, day)
);

-- When the last event of the field came, which outlives the event.
ALTER TABLE event_counts ADD COLUMN last_at BIGINT;
UPDATE event_counts SET last_at = (SELECT MAX(received_at) FROM webhook_events
    WHERE webhook_events.account_key = event_counts.account_key AND webhook_events.field = event_counts.field);
