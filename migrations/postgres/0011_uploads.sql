-- Files that were uploaded, to be published. Their bytes lie on the shelf, under their digest, once for all uploads of them.

CREATE TABLE uploads (
    id UUID PRIMARY KEY NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    -- The SHA-256 of the bytes, in hexadecimal digits.
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX uploads_digest ON uploads (digest);
