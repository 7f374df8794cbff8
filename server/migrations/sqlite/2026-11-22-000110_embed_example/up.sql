-- The example on the page of embedding: a token of a session instead of one of a key. It ends with that session. Tokens last
-- for minutes and are asked for again: those of before the change are not kept.
DROP TABLE embed_sessions;
CREATE TABLE embed_sessions (
    token_hash TEXT PRIMARY KEY NOT NULL,
    key_id TEXT REFERENCES api_keys (id),
    -- The session that shows the example.
    of_session TEXT REFERENCES sessions (token_hash) ON DELETE CASCADE,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    scopes_json TEXT NOT NULL,
    -- Where it is good, besides our own pages: a list of origins.
    origins_json TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    CHECK ((key_id IS NULL) <> (of_session IS NULL))
);
CREATE INDEX embed_sessions_of_user ON embed_sessions (user_id);
CREATE INDEX embed_sessions_of_session ON embed_sessions (of_session);
CREATE INDEX embed_sessions_of_organisation ON embed_sessions (organisation_id, expires_at);
CREATE INDEX embed_sessions_by_end ON embed_sessions (expires_at);
