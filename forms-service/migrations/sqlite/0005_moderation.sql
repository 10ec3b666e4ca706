-- What the page of what waits for one person needs: how they like their mails, who is warned or
-- excluded, who asked for a link a moment ago. New tables: no row that is there is touched.

-- How somebody who decides likes to be mailed.
CREATE TABLE preferences (
    -- In lower case when the portal wrote it.
    address TEXT NOT NULL PRIMARY KEY,
    -- 1: one summary a day; 0: at once, as whoever has no row.
    digest  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whoever was warned, or is excluded for a time. A row goes when its end has passed and the
-- submission is forgotten.
CREATE TABLE sanctions (
    -- That of the row of the trace which says the same for as long as the submission is kept.
    id            TEXT NOT NULL PRIMARY KEY,
    -- In lower case when the portal wrote it. confirmed by its owner.
    address       TEXT NOT NULL,
    -- warn | exclude
    kind          TEXT NOT NULL,
    -- What the person is told.
    reason        TEXT NOT NULL,
    made_by       TEXT NOT NULL,
    made_at       INTEGER NOT NULL,
    ends_at       INTEGER NOT NULL,
    -- NULL once the submission is forgotten.
    submission_id TEXT,
    -- Slug of the space of that submission; '' is the portal itself.
    space         TEXT NOT NULL,
    -- When and by whom it was ended before its time.
    lifted_at     INTEGER,
    lifted_by     TEXT
) STRICT;

CREATE INDEX sanctions_of ON sanctions (address, ends_at);
CREATE INDEX sanctions_about ON sanctions (submission_id);

-- Which addresses asked for a link in the last minutes, whether or not they hold a role: by a
-- digest that nobody computes without our key. Swept with the next request.
CREATE TABLE access_requests (
    digest   TEXT NOT NULL PRIMARY KEY,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
