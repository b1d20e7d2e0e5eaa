-- What events became, and the feed that tells followers of it. A row's event_id is the event that
-- made it: ordered by time, it is the order in which lists page.

CREATE TABLE media (
    account_key UUID NOT NULL,
    id TEXT NOT NULL,
    media_type TEXT,
    media_product_type TEXT,
    caption TEXT,
    permalink TEXT,
    username TEXT,
    published_at BIGINT,
    like_count BIGINT,
    comments_count BIGINT,
    raw TEXT NOT NULL,
    fetched_at BIGINT NOT NULL,
    PRIMARY KEY (account_key, id)
);

CREATE TABLE comments (
    account_key UUID NOT NULL,
    id TEXT NOT NULL,
    event_id UUID NOT NULL,
    media_id TEXT,
    parent_id TEXT,
    live BOOLEAN NOT NULL,
    ad_id TEXT,
    text TEXT,
    from_id TEXT,
    username TEXT,
    created_at BIGINT,
    like_count BIGINT,
    hidden BOOLEAN,
    gone_at BIGINT,
    fetched_at BIGINT,
    PRIMARY KEY (account_key, id)
);
CREATE INDEX comments_order ON comments (event_id);
CREATE INDEX comments_account ON comments (account_key, event_id);
CREATE INDEX comments_media ON comments (account_key, media_id, event_id);

CREATE TABLE story_observations (
    event_id UUID PRIMARY KEY NOT NULL,
    account_key UUID NOT NULL,
    media_id TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('webhook', 'snapshot')),
    observed_at BIGINT NOT NULL,
    metrics TEXT NOT NULL
);
CREATE INDEX story_observations_media ON story_observations (account_key, media_id, event_id);

CREATE TABLE mentions (
    account_key UUID NOT NULL,
    media_id TEXT NOT NULL,
    comment_id TEXT NOT NULL,
    event_id UUID NOT NULL,
    text TEXT,
    username TEXT,
    media_type TEXT,
    permalink TEXT,
    created_at BIGINT,
    like_count BIGINT,
    fetched_at BIGINT,
    PRIMARY KEY (account_key, media_id, comment_id)
);
CREATE INDEX mentions_order ON mentions (event_id);

CREATE TABLE messages (
    account_key UUID NOT NULL,
    mid TEXT NOT NULL,
    event_id UUID NOT NULL,
    direction TEXT CHECK (direction IN ('in', 'out')),
    sender_id TEXT,
    recipient_id TEXT,
    text TEXT,
    attachments TEXT,
    reply_to TEXT,
    sent_at BIGINT,
    edits BIGINT NOT NULL DEFAULT 0,
    deleted_at BIGINT,
    PRIMARY KEY (account_key, mid)
);
CREATE INDEX messages_order ON messages (event_id);

CREATE TABLE feed (
    xid XID8 NOT NULL DEFAULT pg_current_xact_id(),
    id BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
    at BIGINT NOT NULL,
    account_key UUID NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    event_id UUID,
    PRIMARY KEY (xid, id)
);
