-- Rosters that were uploaded, with what people settled about them, and what was done with each row.
CREATE TABLE imports (
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    uploaded_by TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    encoding TEXT NOT NULL,
    delimiter TEXT NOT NULL,
    -- The file as text; empty once the import is done.
    content TEXT NOT NULL,
    choices_json TEXT NOT NULL,
    -- NULL until the import is done.
    results_json TEXT,
    done_at BIGINT
);
CREATE INDEX imports_of_organisation ON imports (organisation_id, uploaded_at);
