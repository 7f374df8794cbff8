-- One action for many people: what was asked, and what came of it for each of them.
CREATE TABLE bulk_jobs (
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- The idempotency key of the request, and what it asked: the same request again is the same job.
    request_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    action_json TEXT NOT NULL,
    -- When the last person was done: a job that waits for nobody and does not move has been stopped.
    stepped_at BIGINT NOT NULL,
    UNIQUE (organisation_id, asked_by, request_key)
);
CREATE INDEX bulk_jobs_of_organisation ON bulk_jobs (organisation_id, asked_at);

CREATE TABLE bulk_people (
    job_id TEXT NOT NULL REFERENCES bulk_jobs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    login_email TEXT NOT NULL,
    -- What is proposed, and what was seen and confirmed; NULL where nothing is.
    edit_json TEXT,
    seen_revision BIGINT NOT NULL,
    confirmations_json TEXT NOT NULL,
    -- waiting, changed, nothing, refused, changed_meanwhile
    done TEXT NOT NULL,
    refusals_json TEXT NOT NULL,
    audit_sequence BIGINT,
    PRIMARY KEY (job_id, position)
);
CREATE INDEX bulk_people_by_done ON bulk_people (job_id, done, position);
