-- Events, the lanes they queue in, and everything that was tried for them.

CREATE TABLE webhook_events (
    id BLOB PRIMARY KEY NOT NULL,
    delivery_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    account_key BLOB NOT NULL,
    entry_id TEXT NOT NULL,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    hash BLOB NOT NULL,
    object_id TEXT,
    media_id TEXT,
    parent_id TEXT,
    paid INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'waiting', 'parked', 'done', 'dead')),
    outcome TEXT CHECK (outcome IN ('enriched', 'stored', 'gone', 'test')),
    priority INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    reason_code TEXT,
    reason_message TEXT,
    occurred_at INTEGER,
    sent_at INTEGER,
    received_at INTEGER NOT NULL,
    done_at INTEGER,
    call_id BLOB,
    sightings INTEGER NOT NULL DEFAULT 0,
    payload TEXT NOT NULL,
    UNIQUE (key, field, entry_id),
    CHECK ((state = 'done') = (outcome IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_events_work ON webhook_events (account_key, priority, due_at, id)
    WHERE state IN ('pending', 'waiting');
CREATE INDEX webhook_events_media ON webhook_events (account_key, media_id)
    WHERE state IN ('pending', 'waiting');
CREATE INDEX webhook_events_account ON webhook_events (account_key, id);
CREATE INDEX webhook_events_delivery ON webhook_events (delivery_id, position);
CREATE INDEX webhook_events_stuck ON webhook_events (state, id) WHERE state IN ('parked', 'dead');
CREATE INDEX webhook_events_done ON webhook_events (done_at) WHERE state = 'done';

-- Every further time that Meta sent the same item; the variant is kept when its value differs.
CREATE TABLE event_sightings (
    event_id BLOB NOT NULL,
    delivery_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    hash BLOB NOT NULL,
    variant TEXT,
    PRIMARY KEY (event_id, delivery_id, position)
) STRICT, WITHOUT ROWID;

-- Only tries that failed have a row.
CREATE TABLE attempts (
    event_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    call_id BLOB,
    class TEXT NOT NULL,
    code INTEGER,
    subcode INTEGER,
    message TEXT NOT NULL,
    trace_id TEXT,
    decision TEXT NOT NULL,
    PRIMARY KEY (event_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE graph_calls (
    id BLOB PRIMARY KEY NOT NULL,
    account_key BLOB NOT NULL,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER,
    class TEXT,
    duration_us INTEGER NOT NULL,
    settled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- due_at is a ticket in the queue of lanes; no ticket, nothing to do. A rest in which events gather ends
-- early when arrivals reach `enough`.
CREATE TABLE lanes (
    account_key BLOB PRIMARY KEY NOT NULL,
    app TEXT,
    due_at INTEGER,
    rest_until INTEGER,
    enough INTEGER,
    parked_on TEXT,
    lease_until INTEGER,
    holder BLOB,
    fence INTEGER NOT NULL DEFAULT 0,
    arrivals INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX lanes_due ON lanes (due_at) WHERE due_at IS NOT NULL;

-- How many events of an account and field stand in each state.
CREATE TABLE event_counts (
    account_key BLOB NOT NULL,
    field TEXT NOT NULL,
    pending INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    parked INTEGER NOT NULL,
    done INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    PRIMARY KEY (account_key, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE pools (
    key TEXT PRIMARY KEY NOT NULL,
    usage INTEGER NOT NULL,
    rest_until INTEGER,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE replays (
    id BLOB PRIMARY KEY NOT NULL,
    workspace_id BLOB,
    source TEXT NOT NULL CHECK (source IN ('raw', 'events')),
    filter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done')),
    position BLOB,
    matched INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX replays_running ON replays (id) WHERE state = 'running';
