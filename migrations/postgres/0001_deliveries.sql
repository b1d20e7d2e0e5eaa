-- Deliveries as they came, what could not be verified, and the counters over both.
-- No other table refers to deliveries by a foreign key, so that old ones can be removed or moved away.

CREATE TABLE deliveries (
    id UUID PRIMARY KEY NOT NULL,
    received_at BIGINT NOT NULL,
    signed_by TEXT NOT NULL,
    headers BYTEA NOT NULL,
    body BYTEA NOT NULL
);

-- What nobody has read yet, and how often reading it failed. A delivery itself is never changed.
CREATE TABLE unpack_queue (
    delivery_id UUID PRIMARY KEY NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0
);

-- What could not be read.
CREATE TABLE unreadable_deliveries (
    delivery_id UUID PRIMARY KEY NOT NULL,
    reason TEXT NOT NULL
);

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
