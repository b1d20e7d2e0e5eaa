-- Deliveries as they came, what could not be verified, and the counters over both.
-- No other table refers to deliveries by a foreign key, so that old ones can be removed or moved away.

CREATE TABLE deliveries (
    id UUID PRIMARY KEY NOT NULL,
    received_at BIGINT NOT NULL,
    signed_by TEXT NOT NULL,
    headers BYTEA NOT NULL,
    body BYTEA NOT NULL,
    state TEXT NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'unpacked', 'unreadable')),
    tries BIGINT NOT NULL DEFAULT 0,
    reason TEXT,
    unpacked_at BIGINT
);
CREATE INDEX deliveries_received ON deliveries (id) WHERE state = 'received';
CREATE INDEX deliveries_unreadable ON deliveries (id) WHERE state = 'unreadable';

CREATE TABLE quarantine (
    id UUID PRIMARY KEY NOT NULL,
    received_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    headers BYTEA NOT NULL,
    body BYTEA NOT NULL,
    body_bytes BIGINT NOT NULL
);

-- Sums that would cost a scan: one row a process, so that commits of several do not wait for each other.
CREATE TABLE counters (
    name TEXT NOT NULL,
    shard BIGINT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name, shard)
);
