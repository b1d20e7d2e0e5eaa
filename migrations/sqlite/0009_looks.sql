-- Looks at connections: what Meta says of them by now, and the profiles of their accounts with the counts of each day.

-- The table is made anew for one more state; the next look is due at once for whoever is connected already.
CREATE TABLE connections_anew (
    id BLOB PRIMARY KEY NOT NULL,
    account_key BLOB NOT NULL REFERENCES accounts (key),
    login TEXT NOT NULL CHECK (login IN ('facebook', 'instagram')),
    state TEXT NOT NULL CHECK (state IN ('active', 'needs_reconnect', 'missing_scopes', 'restricted')),
    state_reason TEXT,
    generation INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    app_scoped_id TEXT,
    page_id TEXT,
    facebook_user_id TEXT,
    key_id TEXT NOT NULL,
    token BLOB NOT NULL,
    issued_at INTEGER,
    expires_at INTEGER,
    data_access_expires_at INTEGER,
    probe_at INTEGER,
    probe_tries INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    user_key_id TEXT,
    user_token BLOB,
    asked TEXT NOT NULL DEFAULT '',
    subscribed TEXT,
    renew_at INTEGER,
    renew_tries INTEGER NOT NULL DEFAULT 0,
    renew_error TEXT,
    look_at INTEGER NOT NULL DEFAULT 0,
    look_tries INTEGER NOT NULL DEFAULT 0,
    look_error TEXT,
    looked_at INTEGER,
    tasks TEXT,
    -- Of how many days ahead of the end it was told last.
    forecast_days INTEGER,
    UNIQUE (account_key, login)
) STRICT, WITHOUT ROWID;
INSERT INTO connections_anew (id, account_key, login, state, state_reason, generation, scopes, app_scoped_id, page_id,
    facebook_user_id, key_id, token, issued_at, expires_at, data_access_expires_at, probe_at, probe_tries, created_at,
    updated_at, user_key_id, user_token, asked, subscribed, renew_at, renew_tries, renew_error)
SELECT id, account_key, login, state, state_reason, generation, scopes, app_scoped_id, page_id,
    facebook_user_id, key_id, token, issued_at, expires_at, data_access_expires_at, probe_at, probe_tries, created_at,
    updated_at, user_key_id, user_token, asked, subscribed, renew_at, renew_tries, renew_error FROM connections;
DROP TABLE connections;
ALTER TABLE connections_anew RENAME TO connections;
CREATE INDEX connections_probe ON connections (probe_at) WHERE probe_at IS NOT NULL;
CREATE INDEX connections_renew ON connections (renew_at) WHERE renew_at IS NOT NULL;
CREATE INDEX connections_look ON connections (look_at);

ALTER TABLE accounts ADD COLUMN picture_url TEXT;
ALTER TABLE accounts ADD COLUMN followers INTEGER;
ALTER TABLE accounts ADD COLUMN follows INTEGER;
ALTER TABLE accounts ADD COLUMN media_count INTEGER;
ALTER TABLE accounts ADD COLUMN synced_at INTEGER;
-- Microseconds without an event that are nothing unusual, and the last event before a silence that was told.
ALTER TABLE accounts ADD COLUMN usual_pause INTEGER;
ALTER TABLE accounts ADD COLUMN silence_told INTEGER;

-- By the day since 1970-01-01, UTC.
CREATE TABLE profile_days (
    account_key BLOB NOT NULL REFERENCES accounts (key),
    day INTEGER NOT NULL,
    followers INTEGER,
    follows INTEGER,
    media_count INTEGER,
    PRIMARY KEY (account_key, day)
) STRICT, WITHOUT ROWID;

-- When the last event of the field came, which outlives the event.
ALTER TABLE event_counts ADD COLUMN last_at INTEGER;
UPDATE event_counts SET last_at = (SELECT MAX(received_at) FROM webhook_events
    WHERE webhook_events.account_key = event_counts.account_key AND webhook_events.field = event_counts.field);
