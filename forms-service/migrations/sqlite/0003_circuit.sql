-- Who decides after whom, what was decided, and what is published of it.
-- Rows already there: those who were mailed are those who decide; nothing was decided yet.

-- Who decides, one after the other: JSON list of [space, role] or [space, role, address], the
-- address being that of somebody who was named for a space that does not exist yet.
ALTER TABLE submissions ADD COLUMN steps TEXT NOT NULL DEFAULT '[]';
-- At which of them it stands, from 0.
ALTER TABLE submissions ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
-- When those who decide are reminded next; NULL when nobody is to be.
ALTER TABLE submissions ADD COLUMN nudge_at INTEGER;
-- How often they were, at this step.
ALTER TABLE submissions ADD COLUMN nudges INTEGER NOT NULL DEFAULT 0;
UPDATE submissions SET steps = destinations;

CREATE INDEX submissions_nudge ON submissions (nudge_at) WHERE nudge_at IS NOT NULL;

-- What was done about a submission, by whom, and why: rows are added, never changed. It goes when
-- the submission goes.
CREATE TABLE trace (
    -- UUIDv7.
    id               TEXT NOT NULL PRIMARY KEY,
    submission_id    TEXT NOT NULL REFERENCES submissions (id),
    done_at          INTEGER NOT NULL,
    -- The version and the step that it was done at.
    version          INTEGER NOT NULL,
    step             INTEGER NOT NULL,
    -- approved | refused | asked | answered | doubted | remarked | published | bounced | withdrawn |
    -- suspended | corrected | released | escalated
    action           TEXT NOT NULL,
    -- Who did it; NULL for the service itself.
    actor            TEXT,
    -- In which role, and for whom when it was delegated.
    role             TEXT,
    on_behalf_of     TEXT,
    -- Whether a cadre closed the moderators' step as well: 0 | 1.
    shortcut         INTEGER NOT NULL DEFAULT 0,
    -- What was said: the reason, the question, the points of vigilance.
    words            TEXT,
    -- What the answers were before they were corrected: JSON of generator::form::ValidSubmission.
    previous_answers TEXT
) STRICT;

CREATE INDEX trace_of ON trace (submission_id, done_at);

-- What is on the site because it was approved. No personal data: it outlives the submission.
CREATE TABLE publications (
    -- The random part of the file's name.
    id              TEXT NOT NULL PRIMARY KEY,
    -- NULL once the submission is forgotten.
    submission_id   TEXT,
    reference       TEXT NOT NULL,
    form_id         TEXT NOT NULL,
    -- Slug of its space; NULL for the portal itself.
    space           TEXT,
    -- The kind of content, in the words of generator::form::definition::PublishedKind.
    kind            TEXT NOT NULL,
    -- The page's file, from the content folder, and its address once it is built.
    path            TEXT NOT NULL UNIQUE,
    url             TEXT,
    -- JSON list of [path, text]: what is to be written; NULL once it is.
    files           TEXT,
    -- JSON list of [role, address]: who holds which role in the space that it opens; NULL once done.
    roles           TEXT,
    -- waiting | published | withdrawn | suspended | bounced
    state           TEXT NOT NULL,
    -- What is to be done: publish | withdraw | suspend; NULL when nothing is.
    task            TEXT,
    -- Why it was withdrawn.
    reason          TEXT,
    queued_at       INTEGER NOT NULL,
    done_at         INTEGER,
    next_attempt_at INTEGER NOT NULL,
    failures        INTEGER NOT NULL DEFAULT 0,
    last_error      TEXT,
    -- The commit that holds it, when there is a repository.
    commit_id       TEXT
) STRICT;

CREATE INDEX publications_due ON publications (next_attempt_at) WHERE task IS NOT NULL;
CREATE INDEX publications_by_address ON publications (url);

-- Who does what only one instance may do at a time.
CREATE TABLE leases (
    name   TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The commit that every instance shows.
CREATE TABLE site (
    id        INTEGER NOT NULL PRIMARY KEY,
    commit_id TEXT NOT NULL,
    built_at  INTEGER NOT NULL
) STRICT;

-- Who decides in whose place, from one moment to another.
CREATE TABLE delegations (
    id        TEXT NOT NULL PRIMARY KEY,
    space     TEXT NOT NULL,
    role      TEXT NOT NULL,
    holder    TEXT NOT NULL,
    delegate  TEXT NOT NULL,
    begins_at INTEGER NOT NULL,
    ends_at   INTEGER NOT NULL,
    made_at   INTEGER NOT NULL
) STRICT;

-- Mails that are about no submission, several of one kind about the same one, and what they say.
CREATE TABLE outbox_new (
    id              TEXT NOT NULL PRIMARY KEY,
    -- NULL for a mail that is about no submission.
    submission_id   TEXT REFERENCES submissions (id),
    recipient       TEXT NOT NULL,
    kind            TEXT NOT NULL,
    -- waiting | sent | set_aside
    state           TEXT NOT NULL,
    attempt         INTEGER NOT NULL,
    lease_until     INTEGER,
    next_attempt_at INTEGER NOT NULL,
    last_error      TEXT,
    sent_at         INTEGER,
    failures        INTEGER NOT NULL DEFAULT 0,
    leased_by       TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    unconfirmed     INTEGER NOT NULL DEFAULT 0,
    stands_for      TEXT,
    refused_at      INTEGER,
    queued_at       INTEGER NOT NULL DEFAULT 0,
    -- Tells two mails of one kind about one version apart: a reminder, a link that was renewed.
    occasion        INTEGER NOT NULL DEFAULT 0,
    -- The row of the trace whose words it says.
    trace_id        TEXT,
    -- The publication that it is about.
    publication_id  TEXT
) STRICT;
INSERT INTO outbox_new (id, submission_id, recipient, kind, state, attempt, lease_until, next_attempt_at, last_error,
    sent_at, failures, leased_by, version, unconfirmed, stands_for, refused_at, queued_at)
SELECT id, submission_id, recipient, kind, state, attempt, lease_until, next_attempt_at, last_error,
    sent_at, failures, leased_by, version, unconfirmed, stands_for, refused_at, queued_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE state = 'waiting';
CREATE UNIQUE INDEX outbox_once ON outbox (submission_id, recipient, kind, version, occasion);
