-- As what whoever asked for a page to go did so: it outlives the submission, with the reason.
-- Rows already there take it from the trace where that is still kept; elsewhere nobody knows.

-- moderateurs | cadre | auteur: never an address. NULL while nobody asked.
ALTER TABLE publications ADD COLUMN stopped_by TEXT;
UPDATE publications SET stopped_by = (SELECT role FROM trace WHERE trace.submission_id = publications.submission_id
    AND action IN ('withdrawn', 'suspended') ORDER BY done_at DESC, id DESC LIMIT 1) WHERE reason IS NOT NULL;
UPDATE publications SET stopped_by = 'auteur' WHERE stopped_by IS NULL AND reason = 'effacement';
