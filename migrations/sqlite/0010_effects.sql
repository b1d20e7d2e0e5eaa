-- Effects: writes to Instagram that people can see. What was wanted, how far it is, and a journal of each step.

CREATE TABLE effects (
    id BLOB PRIMARY KEY NOT NULL,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    account_key BLOB NOT NULL REFERENCES accounts (key),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    intent TEXT NOT NULL,
    -- What is to be known of it though it breaks no rule, as JSON.
    warnings TEXT NOT NULL,
    progress TEXT NOT NULL,
    -- What the caller named it, and the SHA-256 of what they asked for under that name.
    idempotency_key TEXT,
    request_hash BLOB NOT NULL,
    -- When it is wanted, and what happens if the quota has no room then.
    publish_at INTEGER,
    when_full TEXT NOT NULL,
    -- When something is to be done about it; none: nothing, or a person decides.
    due_at INTEGER,
    -- When Meta was told of it last, whether it heard or not.
    sent_at INTEGER,
    result_id TEXT,
    permalink TEXT,
    reason_code TEXT,
    reason_message TEXT,
    holder BLOB,
    lease_until INTEGER,
    -- Whoever holds it leaves the account to its other effects meanwhile.
    apart INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (workspace_id, idempotency_key),
    UNIQUE (account_key, result_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX effects_due ON effects (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX effects_account ON effects (account_key, id);
CREATE INDEX effects_workspace ON effects (workspace_id, id);
CREATE INDEX effects_sent ON effects (account_key, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX effects_leased ON effects (account_key, lease_until) WHERE lease_until IS NOT NULL;

-- The journal: a step is written before its call, and finished after. One without an end is one of which nobody knows.
CREATE TABLE effect_steps (
    effect_id BLOB NOT NULL REFERENCES effects (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    step TEXT NOT NULL,
    detail TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT,
    message TEXT,
    call_id BLOB,
    PRIMARY KEY (effect_id, number)
) STRICT, WITHOUT ROWID;

-- What Meta told last of an account's quota of posts of a moving day.
ALTER TABLE accounts ADD COLUMN posts_used INTEGER;
ALTER TABLE accounts ADD COLUMN posts_allowed INTEGER;
ALTER TABLE accounts ADD COLUMN posts_told_at INTEGER;
