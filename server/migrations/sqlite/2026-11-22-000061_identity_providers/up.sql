-- Identity providers (OpenID Connect): one for each organisation that has one, set by whoever runs the server.
CREATE TABLE identity_providers (
    organisation_id TEXT PRIMARY KEY NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    -- The organisation's part of the address of its own sign-in page.
    link TEXT NOT NULL UNIQUE,
    -- What people know it as; on the button.
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    -- Encrypted; NULL for a client without one.
    client_secret TEXT,
    changed_at BIGINT NOT NULL
);

-- Domains of e-mail addresses that a provider vouches for. A domain is one organisation's.
CREATE TABLE identity_domains (
    domain TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES identity_providers (organisation_id) ON DELETE CASCADE,
    -- Whether the organisation's people with such an address sign in this way and no other.
    only_way BOOLEAN NOT NULL
);
CREATE INDEX identity_domains_of_organisation ON identity_domains (organisation_id);

-- Sign-ins that have gone to a provider and not come back. Each is good once, in the browser that began it.
CREATE TABLE identity_attempts (
    -- SHA-256 of the parameter `state`.
    state_hash TEXT PRIMARY KEY NOT NULL,
    -- SHA-256 of the browser's cookie, which nonce and PKCE verifier are made of.
    browser_hash TEXT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES identity_providers (organisation_id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX identity_attempts_by_expiry ON identity_attempts (expires_at);
