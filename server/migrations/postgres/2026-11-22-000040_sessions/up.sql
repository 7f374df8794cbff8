-- What lists and requests name a session by; its token and the token's hash stay where they are.
ALTER TABLE sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
UPDATE sessions SET id = substr(token_hash, 1, 8) || '-' || substr(token_hash, 9, 4) || '-' || substr(token_hash, 13, 4)
    || '-' || substr(token_hash, 17, 4) || '-' || substr(token_hash, 21, 12);
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);

-- When the person last proved who they are; sensitive edits ask for a recent proof.
ALTER TABLE sessions ADD COLUMN authenticated_at BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET authenticated_at = created_at;

-- Attempts to sign in that failed, of accounts that exist: the last few of each, for the person and their administrators.
CREATE TABLE failed_sign_ins (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    origin TEXT NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE INDEX failed_sign_ins_of_user ON failed_sign_ins (user_id, at);
