-- Authenticator apps (TOTP, RFC 6238): at most one for each person.
CREATE TABLE authenticator_apps (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Encrypted by the server's key, which is not in the database.
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- NULL until a code of it has been given: it counts from then on.
    confirmed_at BIGINT,
    last_used_at BIGINT,
    -- The last time step of which a code was taken: none is taken twice.
    last_step BIGINT NOT NULL DEFAULT 0
);

-- Passkeys (WebAuthn). A public key lets nobody in, so it is kept as it is.
CREATE TABLE passkeys (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Base64url, as browsers write it.
    credential_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Public key, counter and flags; JSON.
    credential TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX passkeys_of_user ON passkeys (user_id);

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of the code.
    code_hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, code_hash)
);

-- What a browser has begun and not finished: a sign-in whose password was right, a challenge to a passkey.
CREATE TABLE ceremonies (
    -- SHA-256 of the token in the browser's cookie; for a passkey that is being added, that of its session.
    token_hash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    -- NULL until a passkey says who it is.
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- The challenge that was sent; JSON.
    challenge TEXT,
    -- The hash of the password that is to be set once the second step is done (T7).
    new_password TEXT,
    new_password_is_short BOOLEAN NOT NULL DEFAULT FALSE,
    failures INTEGER NOT NULL DEFAULT 0,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash, purpose)
);
CREATE INDEX ceremonies_by_expiry ON ceremonies (expires_at);

-- Shorter than a password has to be that is the only factor.
ALTER TABLE credentials ADD COLUMN is_short BOOLEAN NOT NULL DEFAULT FALSE;
