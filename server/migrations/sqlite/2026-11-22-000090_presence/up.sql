-- Who has a user's screen open: rows live for seconds, and say so again as long as the screen is there.
CREATE TABLE presence (
    -- Made by the page.
    page TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    actor_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    editing BOOLEAN NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX presence_at_user ON presence (user_id, seen_at);
CREATE INDEX presence_of_actor ON presence (actor_id);

-- Live streams look for mails that have just been sent or given up.
CREATE INDEX outbox_sent ON outbox (organisation_id, sent_at);
CREATE INDEX outbox_failed ON outbox (organisation_id, failed_at);
