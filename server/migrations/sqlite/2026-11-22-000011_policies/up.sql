-- Every policy that an organisation has had, also those that came about by changing what one role permits.
CREATE TABLE policy_versions (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    version BIGINT NOT NULL,
    policy_json TEXT NOT NULL,
    -- As it was written; NULL where it was not written but changed, or came with the product.
    source TEXT,
    published_at BIGINT NOT NULL,
    -- NULL for the first one.
    published_by TEXT,
    publisher_name TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (organisation_id, version)
);
INSERT INTO policy_versions (organisation_id, version, policy_json, published_at, publisher_name, note)
    SELECT id, policy_revision, policy_json, created_at, '', '' FROM organisations;
