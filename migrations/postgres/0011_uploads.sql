-- Files that were uploaded, to be published. Their bytes lie on the shelf, under their digest, once for all uploads of them.

CREATE TABLE uploads (
    id UUID PRIMARY KEY NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    -- The SHA-256 of the bytes, in hexadecimal digits.
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- As people see it, and how long a film runs, where that is known.
    width BIGINT,
    height BIGINT,
    duration_ms BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX uploads_digest ON uploads (digest);
CREATE INDEX uploads_workspace ON uploads (workspace_id, id);
CREATE INDEX uploads_age ON uploads (created_at);

-- Which effects are made of which uploads: one that an effect needs is not removed.
CREATE TABLE effect_uploads (
    effect_id UUID NOT NULL REFERENCES effects (id) ON DELETE CASCADE,
    upload_id UUID NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    PRIMARY KEY (effect_id, upload_id)
);
CREATE INDEX effect_uploads_upload ON effect_uploads (upload_id);

-- Files that may lie on the shelf without an upload, and when that is looked at. Noted before a file gets there, and with the end of an upload.
CREATE TABLE shelf_looks (
    digest TEXT PRIMARY KEY NOT NULL,
    look_at BIGINT NOT NULL
);
CREATE INDEX shelf_looks_due ON shelf_looks (look_at);
