-- Tenants, their keys, the accounts they own and the connections that speak for those.

CREATE TABLE workspaces (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    id BLOB PRIMARY KEY NOT NULL,
    workspace_id BLOB REFERENCES workspaces (id),
    name TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin', 'operator')),
    prefix TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    CHECK ((scope = 'operator') = (workspace_id IS NULL))
) STRICT, WITHOUT ROWID;

-- An account without workspace is known only by the id its events came under.
CREATE TABLE accounts (
    key BLOB PRIMARY KEY NOT NULL,
    instagram_id TEXT NOT NULL UNIQUE,
    workspace_id BLOB REFERENCES workspaces (id),
    username TEXT,
    name TEXT,
    account_type TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_workspace ON accounts (workspace_id, key);

CREATE TABLE account_ids (
    id TEXT PRIMARY KEY NOT NULL,
    account_key BLOB NOT NULL REFERENCES accounts (key)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_ids_account ON account_ids (account_key);

CREATE TABLE connections (
    id BLOB PRIMARY KEY NOT NULL,
    account_key BLOB NOT NULL REFERENCES accounts (key),
    login TEXT NOT NULL CHECK (login IN ('facebook', 'instagram')),
    state TEXT NOT NULL CHECK (state IN ('active', 'needs_reconnect', 'missing_scopes')),
    state_reason TEXT,
    generation INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    app_scoped_id TEXT,
    page_id TEXT,
    facebook_user_id TEXT,
    key_id TEXT NOT NULL,
    token BLOB NOT NULL,
    issued_at INTEGER,
    expires_at INTEGER,
    data_access_expires_at INTEGER,
    probe_at INTEGER,
    probe_tries INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (account_key, login)
) STRICT, WITHOUT ROWID;
CREATE INDEX connections_probe ON connections (probe_at) WHERE probe_at IS NOT NULL;
