-- How a support case ended; the names are those of the time, the accounts may be gone since.
ALTER TABLE support_cases ADD COLUMN opened_by_name TEXT NOT NULL DEFAULT '';
ALTER TABLE support_cases ADD COLUMN closed_by TEXT;
ALTER TABLE support_cases ADD COLUMN closed_by_name TEXT;
ALTER TABLE support_cases ADD COLUMN closed_at BIGINT;
-- What came of it, in the words of whoever closed it.
ALTER TABLE support_cases ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX support_cases_of_user ON support_cases (user_id);

-- Who agreed to the terms, by the name of the time.
ALTER TABLE licences ADD COLUMN agreed_by_name TEXT NOT NULL DEFAULT '';
