-- Deliveries as they came, what could not be verified, and the counters over both.
-- No other table refers to deliveries by a foreign key, so that old ones can be removed or moved away.

CREATE TABLE deliveries (
    id BLOB PRIMARY KEY NOT NULL,
    received_at INTEGER NOT NULL,
    signed_by TEXT NOT NULL,
    headers BLOB NOT NULL,
    body BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'unpacked', 'unreadable')),
    tries INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    unpacked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_received ON deliveries (id) WHERE state = 'received';
CREATE INDEX deliveries_unreadable ON deliveries (id) WHERE state = 'unreadable';

CREATE TABLE quarantine (
    id BLOB PRIMARY KEY NOT NULL,
    received_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    headers BLOB NOT NULL,
    body BLOB NOT NULL,
    body_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Sums that would cost a scan: one row a process, so that commits of several do not wait for each other.
CREATE TABLE counters (
    name TEXT NOT NULL,
    shard INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name, shard)
) STRICT, WITHOUT ROWID;
