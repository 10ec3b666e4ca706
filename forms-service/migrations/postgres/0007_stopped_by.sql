-- As what whoever asked for a page to go did so: see migrations/sqlite/0007_stopped_by.sql.

ALTER TABLE publications ADD COLUMN stopped_by TEXT COLLATE "C";
UPDATE publications SET stopped_by = (SELECT role FROM trace WHERE trace.submission_id = publications.submission_id
    AND action IN ('withdrawn', 'suspended') ORDER BY done_at DESC, id DESC LIMIT 1) WHERE reason IS NOT NULL;
UPDATE publications SET stopped_by = 'auteur' WHERE stopped_by IS NULL AND reason = 'effacement';
