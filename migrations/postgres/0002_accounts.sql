-- Tenants, their keys, the accounts they own and the connections that speak for those.

CREATE TABLE workspaces (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id UUID PRIMARY KEY NOT NULL,
    workspace_id UUID REFERENCES workspaces (id),
    name TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin', 'operator')),
    prefix TEXT NOT NULL UNIQUE,
    hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    CHECK ((scope = 'operator') = (workspace_id IS NULL))
);

-- An account without workspace is known only by the id its events came under.
CREATE TABLE accounts (
    key UUID PRIMARY KEY NOT NULL,
    instagram_id TEXT NOT NULL UNIQUE,
    workspace_id UUID REFERENCES workspaces (id),
    username TEXT,
    name TEXT,
    account_type TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX accounts_workspace ON accounts (workspace_id, key);

CREATE TABLE account_ids (
    id TEXT PRIMARY KEY NOT NULL,
    account_key UUID NOT NULL REFERENCES accounts (key)
);
CREATE INDEX account_ids_account ON account_ids (account_key);

CREATE TABLE connections (
    id UUID PRIMARY KEY NOT NULL,
    account_key UUID NOT NULL REFERENCES accounts (key),
    login TEXT NOT NULL CHECK (login IN ('facebook', 'instagram')),
    state TEXT NOT NULL CHECK (state IN ('active', 'needs_reconnect', 'missing_scopes')),
    state_reason TEXT,
    generation BIGINT NOT NULL,
    scopes TEXT NOT NULL,
    app_scoped_id TEXT,
    page_id TEXT,
    facebook_user_id TEXT,
    key_id TEXT NOT NULL,
    token BYTEA NOT NULL,
    issued_at BIGINT,
    expires_at BIGINT,
    data_access_expires_at BIGINT,
    probe_at BIGINT,
    probe_tries BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account_key, login)
);
CREATE INDEX connections_probe ON connections (probe_at) WHERE probe_at IS NOT NULL;
