-- What a link is known by is in `links`, below.
CREATE TABLE invitations_without_token (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- Whoever invited; NULL when it was not a person.
    issued_by TEXT,
    -- When the invited person asked for a new link.
    asked_at BIGINT
);
INSERT INTO invitations_without_token (user_id, issued_at, expires_at, ended_at)
    SELECT user_id, issued_at, expires_at, ended_at FROM invitations;
DROP TABLE invitations;
ALTER TABLE invitations_without_token RENAME TO invitations;

-- Links that were mailed: to accept an invitation, to choose a new password. A mail that is tried again has a link of its
-- own, and those of the same mail before it work as well: so a mail that arrives twice is good twice, and no token has to be
-- kept anywhere.
CREATE TABLE links (
    -- SHA-256 of the link's token.
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- Used, or replaced by a newer one.
    ended_at BIGINT
);
CREATE INDEX links_of_user ON links (user_id, purpose);
CREATE INDEX links_by_expiry ON links (expires_at);

-- Given up: it could not be delivered.
ALTER TABLE outbox ADD COLUMN failed_at BIGINT;
-- What the mail tells besides its kind; JSON.
ALTER TABLE outbox ADD COLUMN details TEXT NOT NULL DEFAULT '';
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_of_user ON outbox (user_id, kind);
CREATE INDEX outbox_undelivered ON outbox (organisation_id, id) WHERE sent_at IS NULL;

-- The mailbox of demonstrations: every mail that would have been sent.
CREATE TABLE mailbox (
    id TEXT PRIMARY KEY NOT NULL,
    recipient TEXT NOT NULL,
    at BIGINT NOT NULL,
    subject TEXT NOT NULL,
    html TEXT NOT NULL,
    plain TEXT NOT NULL
);

-- Devices from which somebody has signed in: a lock that strangers brought about does not shut them out (T14).
CREATE TABLE devices (
    -- SHA-256 of the token in the device's cookie.
    token_hash TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    failed_sign_ins INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (token_hash, user_id)
);
CREATE INDEX devices_of_user ON devices (user_id);
CREATE INDEX devices_by_age ON devices (last_seen_at);
