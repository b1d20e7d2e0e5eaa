-- What people asked Meta to have deleted, how far that is, and what keeps it from coming back.

-- A request. Of the person it holds a hash; what belongs to them is named beside it only while work goes on.
CREATE TABLE erasures (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'running', 'done')),
    stage TEXT NOT NULL,
    position TEXT,
    version INTEGER NOT NULL DEFAULT 0,
    requested_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    finished_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX erasures_open ON erasures (person) WHERE state <> 'done';
CREATE INDEX erasures_person ON erasures (person, requested_at);

-- The ids that the person goes by, and the accounts that are theirs: both are gone with the end of the work.
CREATE TABLE erasure_ids (
    erasure_id BLOB NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (erasure_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE erasure_accounts (
    erasure_id BLOB NOT NULL,
    account_key BLOB NOT NULL,
    workspace_id BLOB,
    hash TEXT NOT NULL,
    PRIMARY KEY (erasure_id, account_key)
) STRICT, WITHOUT ROWID;

-- What was removed, by kind.
CREATE TABLE erasure_counts (
    erasure_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (erasure_id, kind)
) STRICT, WITHOUT ROWID;

-- Hashes of what was erased: an account's ids, or what identifies a single event.
CREATE TABLE tombstones (
    hash TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'event')),
    erasure_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstones_erasure ON tombstones (erasure_id, kind);

-- Deliveries whose bytes must go as soon as they have been read.
CREATE TABLE redaction_queue (
    delivery_id INTEGER PRIMARY KEY NOT NULL,
    erasure_id BLOB
) STRICT;

-- Deliveries whose bytes are gone, and what those were.
CREATE TABLE redacted_deliveries (
    delivery_id INTEGER PRIMARY KEY NOT NULL,
    redacted_at INTEGER NOT NULL,
    body_bytes INTEGER NOT NULL,
    body_sha256 TEXT NOT NULL
) STRICT;

-- Of an erased account there is only its key, so that sums stay true.
ALTER TABLE accounts ADD COLUMN erased_at INTEGER;
