-- What happens by itself: reminders to those who decide, and one mail a day for who prefers it.
-- Rows already there: what waits for somebody to decide counts from now; no mail is held.

-- Who prefers one mail a day: 0 | 1. The address as it was given.
CREATE TABLE IF NOT EXISTS preferences (
    address TEXT NOT NULL PRIMARY KEY,
    digest  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Since when nobody did anything about a submission that waits for somebody: since it reached its
-- step, since its author was asked, since the last reminder. NULL when nobody is to be reminded.
ALTER TABLE submissions RENAME COLUMN nudge_at TO waits_since;
-- How often those who decide were reminded since it reached its step, or its author was asked.
-- (nudges says since 0003 whether the portal's moderators may decide as well: 3, or 0.)
ALTER TABLE submissions ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0;
UPDATE submissions SET waits_since = CAST(unixepoch() AS INTEGER) * 1000
    WHERE state IN ('received', 'asked') AND steps <> '[]';

-- The daily mail that words a mail which was held for it. Such a mail is 'held' until that one is
-- sent; it is 'moot' when what it was about was decided before.
ALTER TABLE outbox ADD COLUMN digest_id TEXT;
CREATE INDEX outbox_held ON outbox (recipient) WHERE state = 'held';
CREATE INDEX outbox_of_digest ON outbox (digest_id) WHERE digest_id IS NOT NULL;
