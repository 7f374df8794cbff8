-- Failed attempts to sign in by the network that they came from, so that all server processes count together.
CREATE TABLE sign_in_sources (
    -- An IPv4 address, or the first 64 bits of an IPv6 address.
    source TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    last_failed_at BIGINT NOT NULL
);
CREATE INDEX sign_in_sources_by_age ON sign_in_sources (last_failed_at);
