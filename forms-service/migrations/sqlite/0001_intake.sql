-- What was received, and what is to be mailed about it. A first migration: no row is touched.
--
-- Moments are UTC milliseconds. Words in `state`, `kind` and `role` are guarded by the types of
-- the service and not by CHECK, so that a new state does not have to rebuild a table full of rows.

-- Every definition that a submission was made with, kept so that a pending one stays readable
-- and publishable after the form changed.
CREATE TABLE definitions (
    form_id TEXT NOT NULL,
    digest  TEXT NOT NULL,
    -- The YAML as it was written in content/formulaires/<form_id>.yaml.
    yaml    TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (form_id, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE submissions (
    -- UUIDv7.
    id                TEXT NOT NULL PRIMARY KEY,
    -- Ten Crockford characters, what a person reads.
    reference         TEXT NOT NULL UNIQUE,
    form_id           TEXT NOT NULL,
    definition_digest TEXT NOT NULL,
    -- Slug of the space that was chosen, if the form asks for one.
    space             TEXT,
    -- JSON of generator::form::ValidSubmission: personal text, never logged.
    answers           TEXT NOT NULL,
    -- received | quarantine
    state             TEXT NOT NULL,
    received_at       INTEGER NOT NULL,
    -- Random part of the signed key of the form that was sent.
    key_id            TEXT NOT NULL,
    -- SHA-256 of the answers: with key_id, makes a second click the same submission, while the
    -- same sheet with other answers is another one.
    content_digest    TEXT NOT NULL,
    UNIQUE (key_id, content_digest),
    FOREIGN KEY (form_id, definition_digest) REFERENCES definitions (form_id, digest)
) STRICT;

CREATE INDEX submissions_by_age ON submissions (received_at);

-- One row per recipient: a refused address never holds up another. Rows are inserted in the
-- transaction that stores the submission, and nothing deletes them.
CREATE TABLE outbox (
    -- UUIDv7; the Message-ID derives from it.
    id              TEXT NOT NULL PRIMARY KEY,
    submission_id   TEXT NOT NULL REFERENCES submissions (id),
    recipient       TEXT NOT NULL,
    -- What the mail says: submission
    kind            TEXT NOT NULL,
    -- waiting | sent | set_aside
    state           TEXT NOT NULL,
    -- How many attempts were begun: also the fence, so that whoever lost its lease cannot
    -- report on an attempt that is no longer its own.
    attempt         INTEGER NOT NULL,
    -- Until when somebody is trying; NULL when nobody is.
    lease_until     INTEGER,
    next_attempt_at INTEGER NOT NULL,
    last_error      TEXT,
    sent_at         INTEGER,
    UNIQUE (submission_id, recipient, kind)
) STRICT;

CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE state = 'waiting';

-- Who holds which role where. Addresses stay here and in mails.
CREATE TABLE roles (
    -- Slug of the space; '' is the portal itself.
    space    TEXT NOT NULL,
    -- moderateurs | cadre | communication
    role     TEXT NOT NULL,
    address  TEXT NOT NULL,
    -- Where the row comes from: demonstration | annuaire | commande
    source   TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (space, role, address)
) STRICT, WITHOUT ROWID;

-- The embedded mailbox of a demonstration: the mails that would have been sent.
CREATE TABLE mailbox (
    -- The outbox row that it was sent for: delivering twice leaves one mail.
    mail_id      TEXT NOT NULL PRIMARY KEY,
    delivered_at INTEGER NOT NULL,
    recipient    TEXT NOT NULL,
    subject      TEXT NOT NULL,
    text         TEXT NOT NULL,
    html         TEXT NOT NULL,
    -- The mail as a server would have received it.
    raw          BLOB NOT NULL
) STRICT;
