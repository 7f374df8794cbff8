-- Lists by role and by site, and how many people they have, without counting. All of it is kept by triggers.

-- A row for each role that a person holds (anywhere) and for each site that they hold something at; the other of the two
-- columns is empty. With what lists are sorted and divided into tabs by, so that a page is read from the index alone.
CREATE TABLE user_facets (
    organisation_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    status TEXT NOT NULL,
    locked BOOLEAN NOT NULL,
    sort_name TEXT NOT NULL,
    PRIMARY KEY (user_id, role_id, site_id)
) WITHOUT ROWID;
CREATE INDEX user_facets_by_name ON user_facets (organisation_id, role_id, site_id, status, sort_name, user_id);
CREATE INDEX user_facets_locked ON user_facets (organisation_id, role_id, site_id, sort_name, user_id) WHERE locked;

-- How many people each list by role or site has, in each state.
CREATE TABLE facet_counts (
    organisation_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    status TEXT NOT NULL,
    locked BOOLEAN NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, role_id, site_id, status, locked)
) WITHOUT ROWID;

-- How many people hold a role at a place; no site: in the whole organisation.
CREATE TABLE assignment_counts (
    organisation_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, role_id, site_id)
) WITHOUT ROWID;

DROP INDEX users_by_primary_site;
CREATE INDEX users_by_primary_site ON users (organisation_id, primary_site_id);
-- With what searches and filters look at, as in users_by_name.
DROP INDEX users_locked;
CREATE INDEX users_locked ON users (organisation_id, sort_name, id, is_clinical, search_text) WHERE locked_at IS NOT NULL;

INSERT INTO user_facets (organisation_id, user_id, role_id, site_id, status, locked, sort_name)
SELECT DISTINCT a.organisation_id, a.user_id, a.role_id, '', u.status, u.locked_at IS NOT NULL, u.sort_name
FROM assignments AS a JOIN users AS u ON u.id = a.user_id
UNION
SELECT DISTINCT a.organisation_id, a.user_id, '', a.site_id, u.status, u.locked_at IS NOT NULL, u.sort_name
FROM assignments AS a JOIN users AS u ON u.id = a.user_id WHERE a.site_id IS NOT NULL;
INSERT INTO facet_counts (organisation_id, role_id, site_id, status, locked, people)
SELECT organisation_id, role_id, site_id, status, locked, COUNT(*) FROM user_facets GROUP BY 1, 2, 3, 4, 5;
INSERT INTO assignment_counts (organisation_id, role_id, site_id, people)
SELECT organisation_id, role_id, COALESCE(site_id, ''), COUNT(*) FROM assignments GROUP BY 1, 2, 3;

CREATE TRIGGER assignments_made AFTER INSERT ON assignments
BEGIN
    INSERT INTO user_facets (organisation_id, user_id, role_id, site_id, status, locked, sort_name)
    SELECT organisation_id, id, NEW.role_id, '', status, locked_at IS NOT NULL, sort_name
    FROM users WHERE id = NEW.user_id
    ON CONFLICT DO NOTHING;
    INSERT INTO user_facets (organisation_id, user_id, role_id, site_id, status, locked, sort_name)
    SELECT organisation_id, id, '', NEW.site_id, status, locked_at IS NOT NULL, sort_name
    FROM users WHERE id = NEW.user_id AND NEW.site_id IS NOT NULL
    ON CONFLICT DO NOTHING;
    INSERT INTO assignment_counts (organisation_id, role_id, site_id, people)
    VALUES (NEW.organisation_id, NEW.role_id, COALESCE(NEW.site_id, ''), 1)
    ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER assignments_ended AFTER DELETE ON assignments
BEGIN
    DELETE FROM user_facets
    WHERE user_id = OLD.user_id AND role_id = OLD.role_id AND site_id = ''
    AND NOT EXISTS (SELECT 1 FROM assignments WHERE user_id = OLD.user_id AND role_id = OLD.role_id);
    DELETE FROM user_facets
    WHERE user_id = OLD.user_id AND role_id = '' AND site_id = OLD.site_id
    AND NOT EXISTS (SELECT 1 FROM assignments WHERE user_id = OLD.user_id AND site_id = OLD.site_id);
    UPDATE assignment_counts SET people = people - 1
    WHERE organisation_id = OLD.organisation_id AND role_id = OLD.role_id AND site_id = COALESCE(OLD.site_id, '');
END;
CREATE TRIGGER users_refaceted AFTER UPDATE OF status, locked_at, sort_name ON users
WHEN OLD.status <> NEW.status OR (OLD.locked_at IS NULL) <> (NEW.locked_at IS NULL) OR OLD.sort_name <> NEW.sort_name
BEGIN
    UPDATE user_facets SET status = NEW.status, locked = NEW.locked_at IS NOT NULL, sort_name = NEW.sort_name
    WHERE user_id = NEW.id;
END;

CREATE TRIGGER facets_counted AFTER INSERT ON user_facets
BEGIN
    INSERT INTO facet_counts (organisation_id, role_id, site_id, status, locked, people)
    VALUES (NEW.organisation_id, NEW.role_id, NEW.site_id, NEW.status, NEW.locked, 1)
    ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER facets_uncounted AFTER DELETE ON user_facets
BEGIN
    UPDATE facet_counts SET people = people - 1
    WHERE organisation_id = OLD.organisation_id AND role_id = OLD.role_id AND site_id = OLD.site_id
    AND status = OLD.status AND locked = OLD.locked;
END;
CREATE TRIGGER facets_recounted AFTER UPDATE OF status, locked ON user_facets
WHEN OLD.status <> NEW.status OR OLD.locked <> NEW.locked
BEGIN
    UPDATE facet_counts SET people = people - 1
    WHERE organisation_id = OLD.organisation_id AND role_id = OLD.role_id AND site_id = OLD.site_id
    AND status = OLD.status AND locked = OLD.locked;
    INSERT INTO facet_counts (organisation_id, role_id, site_id, status, locked, people)
    VALUES (NEW.organisation_id, NEW.role_id, NEW.site_id, NEW.status, NEW.locked, 1)
    ON CONFLICT DO UPDATE SET people = people + 1;
END;
