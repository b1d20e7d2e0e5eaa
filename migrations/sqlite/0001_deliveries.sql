-- Deliveries as they came, what could not be verified, and the counters over both.
-- No other table refers to deliveries by a foreign key, so that old ones can be removed or moved away.

-- Ids of deliveries are numbers that grow, so that the ledger is only ever appended to.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id > 0),
    received_at INTEGER NOT NULL,
    signed_by TEXT NOT NULL,
    headers BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- What nobody has read yet, and how often reading it failed. A delivery itself is never changed.
CREATE TABLE unpack_queue (
    delivery_id INTEGER PRIMARY KEY NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What could not be read.
CREATE TABLE unreadable_deliveries (
    delivery_id INTEGER PRIMARY KEY NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id > 0),
    received_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    headers BLOB NOT NULL,
    body BLOB NOT NULL,
    body_bytes INTEGER NOT NULL
) STRICT;

-- Sums that would cost a scan: one row a process, so that commits of several do not wait for each other.
CREATE TABLE counters (
    name TEXT NOT NULL,
    shard INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name, shard)
) STRICT, WITHOUT ROWID;
