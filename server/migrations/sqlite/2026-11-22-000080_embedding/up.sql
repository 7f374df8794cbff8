-- Origins whose pages may use tokens of an organisation (X8).
CREATE TABLE allowed_origins (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    -- As browsers send it.
    origin TEXT NOT NULL,
    allowed_at BIGINT NOT NULL,
    allowed_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, origin)
);
CREATE INDEX allowed_origins_by_origin ON allowed_origins (origin);

-- Keys with which hosts' servers ask for tokens.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    -- SHA-256 of the key, which is nowhere.
    key_hash TEXT NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    scopes_json TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    revoked_by TEXT
);
CREATE INDEX api_keys_of_organisation ON api_keys (organisation_id, made_at);

-- Tokens of people in hosts' pages.
CREATE TABLE embed_sessions (
    token_hash TEXT PRIMARY KEY NOT NULL,
    key_id TEXT NOT NULL REFERENCES api_keys (id),
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    scopes_json TEXT NOT NULL,
    -- Where it is good: a list of origins.
    origins_json TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX embed_sessions_of_user ON embed_sessions (user_id);
CREATE INDEX embed_sessions_of_organisation ON embed_sessions (organisation_id, expires_at);
CREATE INDEX embed_sessions_by_end ON embed_sessions (expires_at);
