-- Effects: writes to Instagram that people can see. What was wanted, how far it is, and a journal of each step.

CREATE TABLE effects (
    id UUID PRIMARY KEY NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    account_key UUID NOT NULL REFERENCES accounts (key),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    intent TEXT NOT NULL,
    -- What is to be known of it though it breaks no rule, as JSON.
    warnings TEXT NOT NULL,
    progress TEXT NOT NULL,
    -- What the caller named it, and the SHA-256 of what they asked for under that name.
    idempotency_key TEXT,
    request_hash BYTEA NOT NULL,
    -- When it is wanted, and what happens if the quota has no room then.
    publish_at BIGINT,
    when_full TEXT NOT NULL,
    -- When something is to be done about it; none: nothing, or a person decides.
    due_at BIGINT,
    -- When Meta was told of it last, whether it heard or not.
    sent_at BIGINT,
    result_id TEXT,
    permalink TEXT,
    reason_code TEXT,
    reason_message TEXT,
    holder UUID,
    lease_until BIGINT,
    -- Whoever holds it leaves the account to its other effects meanwhile.
    apart BOOLEAN NOT NULL DEFAULT FALSE,
    fence BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (workspace_id, idempotency_key),
    UNIQUE (account_key, result_id)
);
CREATE INDEX effects_due ON effects (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX effects_account ON effects (account_key, id);
CREATE INDEX effects_workspace ON effects (workspace_id, id);
CREATE INDEX effects_sent ON effects (account_key, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX effects_leased ON effects (account_key, lease_until) WHERE lease_until IS NOT NULL;

-- The journal: a step is written before its call, and finished after. One without an end is one of which nobody knows.
CREATE TABLE effect_steps (
    effect_id UUID NOT NULL REFERENCES effects (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    step TEXT NOT NULL,
    detail TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    ended_at BIGINT,
    outcome TEXT,
    message TEXT,
    call_id UUID,
    PRIMARY KEY (effect_id, number)
);

-- What Meta told last of an account's quota of posts of a moving day.
ALTER TABLE accounts ADD COLUMN posts_used BIGINT;
ALTER TABLE accounts ADD COLUMN posts_allowed BIGINT;
ALTER TABLE accounts ADD COLUMN posts_told_at BIGINT;
