-- Logging in: dialogs that were opened, what may be chosen after them, and the life of tokens.

-- By the SHA-256 of the state: who reads the database cannot answer a dialog.
CREATE TABLE login_states (
    hash BYTEA PRIMARY KEY NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    login TEXT NOT NULL CHECK (login IN ('facebook', 'instagram')),
    scopes TEXT NOT NULL,
    return_to TEXT,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX login_states_end ON login_states (ends_at);

-- A person with several accounts, before they chose. By the SHA-256 of the session's id.
CREATE TABLE connect_sessions (
    hash BYTEA PRIMARY KEY NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    facebook_user_id TEXT NOT NULL,
    asked TEXT NOT NULL,
    scopes TEXT NOT NULL,
    candidates TEXT NOT NULL,
    key_id TEXT NOT NULL,
    token BYTEA NOT NULL,
    token_ends_at BIGINT,
    data_access_ends_at BIGINT,
    return_to TEXT,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX connect_sessions_end ON connect_sessions (ends_at);

-- The person's own token beside the Page's, what was asked for, and when the token is to be renewed.
ALTER TABLE connections ADD COLUMN user_key_id TEXT;
ALTER TABLE connections ADD COLUMN user_token BYTEA;
ALTER TABLE connections ADD COLUMN asked TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN subscribed TEXT;
ALTER TABLE connections ADD COLUMN renew_at BIGINT;
ALTER TABLE connections ADD COLUMN renew_tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN renew_error TEXT;
CREATE INDEX connections_renew ON connections (renew_at) WHERE renew_at IS NOT NULL;
