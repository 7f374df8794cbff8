-- Who somebody is at the identity provider: its name for them (`sub`), noted when they first sign in by it. Later another one with
-- the same address is refused. It goes with the provider, and when their address here is another one.
CREATE TABLE identity_subjects (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    organisation_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    bound_at BIGINT NOT NULL,
    UNIQUE (organisation_id, issuer, subject)
);

-- Whether somebody who is signed in proves anew who they are: the provider has to ask them then.
ALTER TABLE identity_attempts ADD COLUMN is_proof BOOLEAN NOT NULL DEFAULT FALSE;

-- A second step that follows a sign-in by the identity provider, not a password: when the provider last asked who it is.
ALTER TABLE ceremonies ADD COLUMN provider_asked_at BIGINT;
