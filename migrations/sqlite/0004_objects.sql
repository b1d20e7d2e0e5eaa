-- What events became, and the feed that tells followers of it. A row's event_id is the event that
-- made it: ordered by time, it is the order in which lists page.

CREATE TABLE media (
    account_key BLOB NOT NULL,
    id TEXT NOT NULL,
    media_type TEXT,
    media_product_type TEXT,
    caption TEXT,
    permalink TEXT,
    username TEXT,
    published_at INTEGER,
    like_count INTEGER,
    comments_count INTEGER,
    raw TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    PRIMARY KEY (account_key, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE comments (
    account_key BLOB NOT NULL,
    id TEXT NOT NULL,
    event_id BLOB NOT NULL,
    media_id TEXT,
    parent_id TEXT,
    live INTEGER NOT NULL,
    ad_id TEXT,
    text TEXT,
    from_id TEXT,
    username TEXT,
    created_at INTEGER,
    like_count INTEGER,
    hidden INTEGER,
    gone_at INTEGER,
    fetched_at INTEGER,
    PRIMARY KEY (account_key, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX comments_order ON comments (event_id);
CREATE INDEX comments_account ON comments (account_key, event_id);
CREATE INDEX comments_media ON comments (account_key, media_id, event_id);

CREATE TABLE story_observations (
    event_id BLOB PRIMARY KEY NOT NULL,
    account_key BLOB NOT NULL,
    media_id TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('webhook', 'snapshot')),
    observed_at INTEGER NOT NULL,
    metrics TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX story_observations_media ON story_observations (account_key, media_id, event_id);

CREATE TABLE mentions (
    account_key BLOB NOT NULL,
    media_id TEXT NOT NULL,
    comment_id TEXT NOT NULL,
    event_id BLOB NOT NULL,
    text TEXT,
    username TEXT,
    media_type TEXT,
    permalink TEXT,
    created_at INTEGER,
    like_count INTEGER,
    fetched_at INTEGER,
    PRIMARY KEY (account_key, media_id, comment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_order ON mentions (event_id);

CREATE TABLE messages (
    account_key BLOB NOT NULL,
    mid TEXT NOT NULL,
    event_id BLOB NOT NULL,
    direction TEXT CHECK (direction IN ('in', 'out')),
    sender_id TEXT,
    recipient_id TEXT,
    text TEXT,
    attachments TEXT,
    reply_to TEXT,
    sent_at INTEGER,
    edits INTEGER NOT NULL DEFAULT 0,
    deleted_at INTEGER,
    PRIMARY KEY (account_key, mid)
) STRICT, WITHOUT ROWID;
CREATE INDEX messages_order ON messages (event_id);

CREATE TABLE feed (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    account_key BLOB NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    event_id BLOB
) STRICT;
