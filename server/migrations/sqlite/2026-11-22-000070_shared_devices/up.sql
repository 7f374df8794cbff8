-- Browsers that several people share, at a front desk (X8).
CREATE TABLE shared_devices (
    -- The first half of the SHA-256 of what the browser was given when somebody first signed in there.
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    enrolled_at BIGINT NOT NULL,
    enrolled_by TEXT NOT NULL
);
CREATE INDEX shared_devices_of_organisation ON shared_devices (organisation_id, enrolled_at);

-- What a person goes on with on such a browser.
CREATE TABLE pins (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    pin_hash TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- In a row; the password begins a new row.
    wrong INTEGER NOT NULL DEFAULT 0
);

-- The browser that a session was begun on: on a shared one it ends sooner.
ALTER TABLE sessions ADD COLUMN device_id TEXT;
