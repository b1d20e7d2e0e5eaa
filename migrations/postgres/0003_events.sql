-- Events, the lanes they queue in, and everything that was tried for them.

CREATE TABLE webhook_events (
    id UUID PRIMARY KEY NOT NULL,
    delivery_id UUID NOT NULL,
    position BIGINT NOT NULL,
    account_key UUID NOT NULL,
    entry_id TEXT NOT NULL,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    hash BYTEA NOT NULL,
    object_id TEXT,
    media_id TEXT,
    parent_id TEXT,
    paid BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'waiting', 'parked', 'done', 'dead')),
    outcome TEXT CHECK (outcome IN ('enriched', 'stored', 'gone', 'test')),
    priority BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT,
    reason_code TEXT,
    reason_message TEXT,
    occurred_at BIGINT,
    sent_at BIGINT,
    received_at BIGINT NOT NULL,
    done_at BIGINT,
    call_id UUID,
    sightings BIGINT NOT NULL DEFAULT 0,
    payload TEXT NOT NULL,
    UNIQUE (key, field, entry_id),
    CHECK ((state = 'done') = (outcome IS NOT NULL))
);
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
    event_id UUID NOT NULL,
    delivery_id UUID NOT NULL,
    position BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    variant TEXT,
    PRIMARY KEY (event_id, delivery_id, position)
);

-- Only tries that failed have a row.
CREATE TABLE attempts (
    event_id UUID NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    call_id UUID,
    class TEXT NOT NULL,
    code BIGINT,
    subcode BIGINT,
    message TEXT NOT NULL,
    trace_id TEXT,
    decision TEXT NOT NULL,
    PRIMARY KEY (event_id, number)
);

CREATE TABLE graph_calls (
    id UUID PRIMARY KEY NOT NULL,
    account_key UUID NOT NULL,
    at BIGINT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status BIGINT,
    class TEXT,
    duration_us BIGINT NOT NULL,
    settled BIGINT NOT NULL
);

-- due_at is a ticket in the queue of lanes; no ticket, nothing to do. A rest in which events gather ends
-- early when arrivals reach `enough`.
CREATE TABLE lanes (
    account_key UUID PRIMARY KEY NOT NULL,
    app TEXT,
    due_at BIGINT,
    rest_until BIGINT,
    enough BIGINT,
    parked_on TEXT,
    lease_until BIGINT,
    holder UUID,
    fence BIGINT NOT NULL DEFAULT 0,
    arrivals BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 50);
CREATE INDEX lanes_due ON lanes (due_at) WHERE due_at IS NOT NULL;

-- How many events of an account and field stand in each state.
CREATE TABLE event_counts (
    account_key UUID NOT NULL,
    field TEXT NOT NULL,
    pending BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    parked BIGINT NOT NULL,
    done BIGINT NOT NULL,
    dead BIGINT NOT NULL,
    PRIMARY KEY (account_key, field)
);

CREATE TABLE pools (
    key TEXT PRIMARY KEY NOT NULL,
    usage BIGINT NOT NULL,
    rest_until BIGINT,
    updated_at BIGINT NOT NULL
);

CREATE TABLE replays (
    id UUID PRIMARY KEY NOT NULL,
    workspace_id UUID,
    source TEXT NOT NULL CHECK (source IN ('raw', 'events')),
    filter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done')),
    position UUID,
    matched BIGINT NOT NULL DEFAULT 0,
    changed BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX replays_running ON replays (id) WHERE state = 'running';
