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
    sort_name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, role_id, site_id)
);
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
);

-- How many people hold a role at a place; no site: in the whole organisation.
CREATE TABLE assignment_counts (
    organisation_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, role_id, site_id)
);

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

-- Bulk inserts and deletes are worked off once for each statement.
CREATE FUNCTION facet_new_assignments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_facets (organisation_id, user_id, role_id, site_id, status, locked, sort_name)
    SELECT n.organisation_id, n.user_id, n.role_id, n.site_id, u.status, u.locked_at IS NOT NULL, u.sort_name
    FROM (SELECT organisation_id, user_id, role_id, '' AS site_id FROM new_rows
          UNION
          SELECT organisation_id, user_id, '', site_id FROM new_rows WHERE site_id IS NOT NULL) AS n
    JOIN users AS u ON u.id = n.user_id
    ON CONFLICT DO NOTHING;
    INSERT INTO assignment_counts AS c (organisation_id, role_id, site_id, people)
    SELECT organisation_id, role_id, COALESCE(site_id, ''), COUNT(*) FROM new_rows GROUP BY 1, 2, 3
    ON CONFLICT (organisation_id, role_id, site_id) DO UPDATE SET people = c.people + EXCLUDED.people;
    RETURN NULL;
END $$;
CREATE FUNCTION facet_ended_assignments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM user_facets AS f USING old_rows AS o
    WHERE f.user_id = o.user_id AND f.role_id = o.role_id AND f.site_id = ''
    AND NOT EXISTS (SELECT 1 FROM assignments AS a WHERE a.user_id = o.user_id AND a.role_id = o.role_id);
    DELETE FROM user_facets AS f USING old_rows AS o
    WHERE f.user_id = o.user_id AND f.role_id = '' AND f.site_id = o.site_id
    AND NOT EXISTS (SELECT 1 FROM assignments AS a WHERE a.user_id = o.user_id AND a.site_id = o.site_id);
    UPDATE assignment_counts AS c SET people = c.people - gone.people
    FROM (SELECT organisation_id, role_id, COALESCE(site_id, '') AS site_id, COUNT(*) AS people
          FROM old_rows GROUP BY 1, 2, 3) AS gone
    WHERE (c.organisation_id, c.role_id, c.site_id) = (gone.organisation_id, gone.role_id, gone.site_id);
    RETURN NULL;
END $$;
CREATE FUNCTION facet_changed_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_facets SET status = NEW.status, locked = NEW.locked_at IS NOT NULL, sort_name = NEW.sort_name
    WHERE user_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER assignments_made AFTER INSERT ON assignments
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION facet_new_assignments();
CREATE TRIGGER assignments_ended AFTER DELETE ON assignments
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION facet_ended_assignments();
CREATE TRIGGER users_refaceted AFTER UPDATE OF status, locked_at, sort_name ON users FOR EACH ROW
WHEN (OLD.status <> NEW.status OR (OLD.locked_at IS NULL) <> (NEW.locked_at IS NULL) OR OLD.sort_name <> NEW.sort_name)
EXECUTE FUNCTION facet_changed_user();

CREATE FUNCTION count_new_facets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO facet_counts AS c (organisation_id, role_id, site_id, status, locked, people)
    SELECT organisation_id, role_id, site_id, status, locked, COUNT(*) FROM new_rows GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (organisation_id, role_id, site_id, status, locked) DO UPDATE SET people = c.people + EXCLUDED.people;
    RETURN NULL;
END $$;
CREATE FUNCTION count_ended_facets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE facet_counts AS c SET people = c.people - gone.people
    FROM (SELECT organisation_id, role_id, site_id, status, locked, COUNT(*) AS people
          FROM old_rows GROUP BY 1, 2, 3, 4, 5) AS gone
    WHERE (c.organisation_id, c.role_id, c.site_id, c.status, c.locked)
        = (gone.organisation_id, gone.role_id, gone.site_id, gone.status, gone.locked);
    RETURN NULL;
END $$;
CREATE FUNCTION count_changed_facet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE facet_counts SET people = people - 1
    WHERE organisation_id = OLD.organisation_id AND role_id = OLD.role_id AND site_id = OLD.site_id
    AND status = OLD.status AND locked = OLD.locked;
    INSERT INTO facet_counts AS c (organisation_id, role_id, site_id, status, locked, people)
    VALUES (NEW.organisation_id, NEW.role_id, NEW.site_id, NEW.status, NEW.locked, 1)
    ON CONFLICT (organisation_id, role_id, site_id, status, locked) DO UPDATE SET people = c.people + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER facets_counted AFTER INSERT ON user_facets
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_new_facets();
CREATE TRIGGER facets_uncounted AFTER DELETE ON user_facets
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_ended_facets();
CREATE TRIGGER facets_recounted AFTER UPDATE OF status, locked ON user_facets FOR EACH ROW
WHEN (OLD.status <> NEW.status OR OLD.locked <> NEW.locked) EXECUTE FUNCTION count_changed_facet();
