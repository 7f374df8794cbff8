-- Accounts that were made anew (A12): whose history goes on in whose. Kept when either of them is gone.
CREATE TABLE successions (
    successor_id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    predecessor_id TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX successions_by_predecessor ON successions (predecessor_id);
