-- Who decides after whom, what was decided, and what is published of it.
-- Rows already there: those who were mailed are those who decide; nothing was decided yet.

-- Who decides, one after the other: JSON list of [space, role] or [space, role, address], the
-- address being that of somebody who was named for a space that does not exist yet.
ALTER TABLE submissions ADD COLUMN steps TEXT NOT NULL DEFAULT '[]';
-- At which of them it stands, from 0.
ALTER TABLE submissions ADD COLUMN step BIGINT NOT NULL DEFAULT 0;
-- When those who decide are reminded next; NULL when nobody is to be.
ALTER TABLE submissions ADD COLUMN nudge_at BIGINT;
-- How often they were, at this step.
ALTER TABLE submissions ADD COLUMN nudges BIGINT NOT NULL DEFAULT 0;
UPDATE submissions SET steps = destinations;

CREATE INDEX submissions_nudge ON submissions (nudge_at) WHERE nudge_at IS NOT NULL;

-- What was done about a submission, by whom, and why: rows are added, never changed. It goes when
-- the submission goes.
CREATE TABLE trace (
    -- UUIDv7.
    id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    submission_id    TEXT COLLATE "C" NOT NULL REFERENCES submissions (id),
    done_at          BIGINT NOT NULL,
    -- The version and the step that it was done at.
    version          BIGINT NOT NULL,
    step             BIGINT NOT NULL,
    -- approved | refused | asked | answered | doubted | remarked | published | bounced | withdrawn |
    -- suspended | corrected | released | escalated
    action           TEXT COLLATE "C" NOT NULL,
    -- Who did it; NULL for the service itself.
    actor            TEXT COLLATE "C",
    -- In which role, and for whom when it was delegated.
    role             TEXT COLLATE "C",
    on_behalf_of     TEXT COLLATE "C",
    -- Whether a cadre closed the moderators' step as well: 0 | 1.
    shortcut         BIGINT NOT NULL DEFAULT 0,
    -- What was said: the reason, the question, the points of vigilance.
    words            TEXT,
    -- What the answers were before they were corrected: JSON of generator::form::ValidSubmission.
    previous_answers TEXT
);

CREATE INDEX trace_of ON trace (submission_id, done_at);

-- What is on the site because it was approved. No personal data: it outlives the submission.
CREATE TABLE publications (
    -- The random part of the file's name.
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- NULL once the submission is forgotten.
    submission_id   TEXT COLLATE "C",
    reference       TEXT COLLATE "C" NOT NULL,
    form_id         TEXT COLLATE "C" NOT NULL,
    -- Slug of its space; NULL for the portal itself.
    space           TEXT COLLATE "C",
    -- The kind of content, in the words of generator::form::definition::PublishedKind.
    kind            TEXT COLLATE "C" NOT NULL,
    -- The page's file, from the content folder, and its address once it is built.
    path            TEXT COLLATE "C" NOT NULL UNIQUE,
    url             TEXT COLLATE "C",
    -- JSON list of [path, text]: what is to be written; NULL once it is.
    files           TEXT,
    -- JSON list of [role, address]: who holds which role in the space that it opens; NULL once done.
    roles           TEXT,
    -- waiting | published | withdrawn | suspended | bounced
    state           TEXT COLLATE "C" NOT NULL,
    -- What is to be done: publish | withdraw | suspend; NULL when nothing is.
    task            TEXT COLLATE "C",
    -- Why it was withdrawn.
    reason          TEXT,
    queued_at       BIGINT NOT NULL,
    done_at         BIGINT,
    next_attempt_at BIGINT NOT NULL,
    failures        BIGINT NOT NULL DEFAULT 0,
    last_error      TEXT,
    -- The commit that holds it, when there is a repository.
    commit_id       TEXT COLLATE "C"
);

CREATE INDEX publications_due ON publications (next_attempt_at) WHERE task IS NOT NULL;
CREATE INDEX publications_by_address ON publications (url);

-- Who does what only one instance may do at a time.
CREATE TABLE leases (
    name   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    until  BIGINT NOT NULL
);

-- The commit that every instance shows.
CREATE TABLE site (
    id        BIGINT NOT NULL PRIMARY KEY,
    commit_id TEXT COLLATE "C" NOT NULL,
    built_at  BIGINT NOT NULL
);

-- Who decides in whose place, from one moment to another.
CREATE TABLE delegations (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    space     TEXT COLLATE "C" NOT NULL,
    role      TEXT COLLATE "C" NOT NULL,
    holder    TEXT COLLATE "C" NOT NULL,
    delegate  TEXT COLLATE "C" NOT NULL,
    begins_at BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL,
    made_at   BIGINT NOT NULL
);

-- Mails that are about no submission, several of one kind about the same one, and what they say.
ALTER TABLE outbox ALTER COLUMN submission_id DROP NOT NULL;
ALTER TABLE outbox DROP CONSTRAINT outbox_submission_id_recipient_kind_key;
-- Tells two mails of one kind about one version apart: a reminder, a link that was renewed.
ALTER TABLE outbox ADD COLUMN occasion BIGINT NOT NULL DEFAULT 0;
-- The row of the trace whose words it says.
ALTER TABLE outbox ADD COLUMN trace_id TEXT COLLATE "C";
-- The publication that it is about.
ALTER TABLE outbox ADD COLUMN publication_id TEXT COLLATE "C";
CREATE UNIQUE INDEX outbox_once ON outbox (submission_id, recipient, kind, version, occasion);
