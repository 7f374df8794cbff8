-- The whole schema. Times are milliseconds since 1970, identifiers are UUIDs as text, structured values are JSON.

CREATE TABLE organisations (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    policy_json TEXT NOT NULL,
    -- SHA-256 of policy_json: parsed policies are cached by it.
    policy_hash TEXT NOT NULL,
    policy_revision BIGINT NOT NULL DEFAULT 1,
    -- The head of the audit chain: a record that was cut off at the end does not reach it.
    audit_sequence BIGINT NOT NULL DEFAULT 0,
    audit_hash TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);

CREATE TABLE sites (
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    archived BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
);
CREATE INDEX sites_of_organisation ON sites (organisation_id);

CREATE TABLE site_products (
    site_id TEXT NOT NULL REFERENCES sites (id),
    product_id TEXT NOT NULL,
    PRIMARY KEY (site_id, product_id)
);

CREATE TABLE resources (
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    kind_id TEXT NOT NULL,
    -- NULL: the resource belongs to the organisation.
    site_id TEXT REFERENCES sites (id),
    name TEXT NOT NULL,
    archived BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
);
CREATE INDEX resources_of_organisation ON resources (organisation_id);

CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    revision BIGINT NOT NULL,
    status TEXT NOT NULL,
    locked_at BIGINT,
    lock_cause TEXT,
    -- What the list is sorted by: the name (or, lacking one, the login e-mail) without accents and case.
    sort_name TEXT COLLATE "C" NOT NULL,
    login_email TEXT COLLATE "C" NOT NULL,
    -- What is searched: name and login e-mail without accents and case.
    search_text TEXT NOT NULL,
    -- Whether a role makes the person clinical staff; follows from the policy, kept here for the filter.
    is_clinical BOOLEAN NOT NULL,
    primary_site_id TEXT REFERENCES sites (id),
    -- 0: never.
    last_seen_at BIGINT NOT NULL DEFAULT 0,
    invited_at BIGINT,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL,
    profile_json TEXT NOT NULL
);
-- Sign-in knows an address only.
CREATE UNIQUE INDEX users_by_login_email ON users (login_email);
-- The columns behind the id let filters and counts be answered from the index alone.
CREATE INDEX users_by_name ON users (organisation_id, status, sort_name, id, is_clinical, locked_at, search_text);
CREATE INDEX users_by_address ON users (organisation_id, status, login_email, id);
CREATE INDEX users_by_last_seen ON users (organisation_id, status, last_seen_at, id);
CREATE INDEX users_by_age ON users (organisation_id, status, created_at, id);
CREATE INDEX users_locked ON users (organisation_id, sort_name, id) WHERE locked_at IS NOT NULL;
CREATE INDEX users_by_primary_site ON users (primary_site_id);

-- How many users there are in each state: the tabs' counts without counting. Kept by triggers.
CREATE TABLE user_counts (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    status TEXT NOT NULL,
    locked BOOLEAN NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, status, locked)
);

CREATE TABLE assignments (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL,
    -- NULL: the role is held in the whole organisation.
    site_id TEXT REFERENCES sites (id),
    all_resources BOOLEAN NOT NULL
);
-- At most one assignment for each role and place.
CREATE UNIQUE INDEX assignments_at_site ON assignments (user_id, role_id, site_id) WHERE site_id IS NOT NULL;
CREATE UNIQUE INDEX assignments_in_organisation ON assignments (user_id, role_id) WHERE site_id IS NULL;
CREATE INDEX assignments_of_user ON assignments (user_id);
CREATE INDEX assignments_by_site ON assignments (organisation_id, site_id, user_id, role_id);
CREATE INDEX assignments_by_role ON assignments (organisation_id, role_id, site_id, user_id);

-- The resources that an assignment reaches where it does not reach all of its site.
CREATE TABLE assignment_resources (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id),
    resource_id TEXT NOT NULL REFERENCES resources (id),
    PRIMARY KEY (user_id, role_id, site_id, resource_id)
);
CREATE INDEX assignment_resources_by_resource ON assignment_resources (resource_id, user_id);

CREATE TABLE memberships (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    resource_id TEXT NOT NULL REFERENCES resources (id),
    PRIMARY KEY (user_id, resource_id)
);
CREATE INDEX memberships_by_resource ON memberships (resource_id, user_id);

-- Products licensed for a person, and the agreement on record: who, when, which terms.
CREATE TABLE licences (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    product_id TEXT NOT NULL,
    terms_version TEXT NOT NULL,
    monthly_cents BIGINT NOT NULL,
    agreed_by TEXT NOT NULL,
    agreed_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, product_id)
);

-- Every login e-mail that was ever used on the platform; an account that is gone keeps its address taken here.
CREATE TABLE login_emails_used (
    email TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    -- NULL: in use now.
    retired_at BIGINT
);

CREATE TABLE credentials (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    password_hash TEXT NOT NULL,
    must_change BOOLEAN NOT NULL DEFAULT FALSE,
    changed_at BIGINT NOT NULL,
    failed_sign_ins INTEGER NOT NULL DEFAULT 0,
    last_failed_at BIGINT
);

CREATE TABLE sessions (
    -- SHA-256 of the token, in hexadecimal; the token itself is nowhere.
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    origin TEXT NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE invitations (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of the link's token; NULL until the mail is made, so that no token lies about before.
    token_hash TEXT UNIQUE,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);

-- Mail that waits to be sent; written in the transaction that makes it necessary.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    -- No reference: the mail of someone who has been deleted meanwhile is dropped when it is its turn.
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL,
    sent_at BIGINT,
    last_error TEXT
);
CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE sent_at IS NULL;

CREATE TABLE support_cases (
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    user_id TEXT NOT NULL,
    -- The provider's name at the time: a case names the provider.
    user_name TEXT NOT NULL,
    product_id TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX support_cases_of_organisation ON support_cases (organisation_id, created_at);

-- The first answer to each accepted edit, for requests that are repeated after a lost answer.
CREATE TABLE idempotency (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    actor_id TEXT NOT NULL,
    request_key TEXT NOT NULL,
    edit_hash TEXT NOT NULL,
    response_json TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, actor_id, request_key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Append-only: the triggers below refuse every change, and each row's hash covers the hash of the row before.
CREATE TABLE audit (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    edit_kind TEXT NOT NULL,
    edit_json TEXT NOT NULL,
    subject_id TEXT,
    subject_name TEXT,
    -- Names of actor and subject without accents and case, for the search.
    search_text TEXT NOT NULL,
    changes_json TEXT NOT NULL,
    confirmations_json TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (organisation_id, sequence)
);
CREATE INDEX audit_by_subject ON audit (organisation_id, subject_id, sequence);
CREATE INDEX audit_by_actor ON audit (organisation_id, actor_id, sequence);
CREATE INDEX audit_by_kind ON audit (organisation_id, edit_kind, sequence);
CREATE INDEX audit_by_time ON audit (organisation_id, at, sequence);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit record cannot be changed';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- Inserts and deletes are counted once for each statement, so that a bulk insert is quick.
CREATE FUNCTION count_inserted_users() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_counts AS c (organisation_id, status, locked, people)
    SELECT organisation_id, status, locked_at IS NOT NULL, COUNT(*) FROM new_rows GROUP BY 1, 2, 3
    ON CONFLICT (organisation_id, status, locked) DO UPDATE SET people = c.people + EXCLUDED.people;
    RETURN NULL;
END $$;
CREATE FUNCTION count_deleted_users() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts AS c SET people = c.people - gone.people
    FROM (SELECT organisation_id, status, locked_at IS NOT NULL AS locked, COUNT(*) AS people
          FROM old_rows GROUP BY 1, 2, 3) AS gone
    WHERE (c.organisation_id, c.status, c.locked) = (gone.organisation_id, gone.status, gone.locked);
    RETURN NULL;
END $$;
CREATE FUNCTION count_changed_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts SET people = people - 1
    WHERE organisation_id = OLD.organisation_id AND status = OLD.status AND locked = (OLD.locked_at IS NOT NULL);
    INSERT INTO user_counts AS c (organisation_id, status, locked, people)
    VALUES (NEW.organisation_id, NEW.status, NEW.locked_at IS NOT NULL, 1)
    ON CONFLICT (organisation_id, status, locked) DO UPDATE SET people = c.people + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER users_counted AFTER INSERT ON users
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_users();
CREATE TRIGGER users_uncounted AFTER DELETE ON users
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_users();
CREATE TRIGGER users_recounted AFTER UPDATE OF status, locked_at ON users FOR EACH ROW
WHEN (OLD.status <> NEW.status OR (OLD.locked_at IS NULL) <> (NEW.locked_at IS NULL))
EXECUTE FUNCTION count_changed_user();

-- Any part of a text, by its groups of three characters; without the extension the same search reads more rows.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX users_by_text ON users USING gin (search_text gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE NOTICE 'pg_trgm is not available; searching works without an index';
END $$;
