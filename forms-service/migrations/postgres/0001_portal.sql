-- The same tables as migrations/sqlite, in one step: see there what each column holds.
-- Texts compare byte by byte (COLLATE "C"), as SQLite's do.

CREATE TABLE definitions (
    form_id TEXT COLLATE "C" NOT NULL,
    digest  TEXT COLLATE "C" NOT NULL,
    yaml    TEXT NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (form_id, digest)
);

CREATE TABLE submissions (
    id                TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    reference         TEXT COLLATE "C" NOT NULL UNIQUE,
    form_id           TEXT COLLATE "C" NOT NULL,
    definition_digest TEXT COLLATE "C" NOT NULL,
    space             TEXT COLLATE "C",
    answers           TEXT NOT NULL,
    state             TEXT COLLATE "C" NOT NULL,
    received_at       BIGINT NOT NULL,
    key_id            TEXT COLLATE "C" NOT NULL,
    content_digest    TEXT COLLATE "C" NOT NULL,
    address_state     TEXT COLLATE "C" NOT NULL DEFAULT 'none',
    confirmed_at      BIGINT,
    sender            TEXT COLLATE "C",
    acknowledgement   TEXT COLLATE "C",
    if_unconfirmed    TEXT COLLATE "C",
    due_at            BIGINT,
    reminded          BIGINT NOT NULL DEFAULT 0,
    destinations      TEXT NOT NULL DEFAULT '[]',
    flags             TEXT,
    suspicion         TEXT COLLATE "C",
    version           BIGINT NOT NULL DEFAULT 1,
    UNIQUE (key_id, content_digest),
    FOREIGN KEY (form_id, definition_digest) REFERENCES definitions (form_id, digest)
);

CREATE INDEX submissions_by_age ON submissions (received_at);
CREATE INDEX submissions_due ON submissions (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE outbox (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    submission_id   TEXT COLLATE "C" NOT NULL REFERENCES submissions (id),
    recipient       TEXT COLLATE "C" NOT NULL,
    kind            TEXT COLLATE "C" NOT NULL,
    state           TEXT COLLATE "C" NOT NULL,
    attempt         BIGINT NOT NULL,
    lease_until     BIGINT,
    next_attempt_at BIGINT NOT NULL,
    last_error      TEXT,
    sent_at         BIGINT,
    failures        BIGINT NOT NULL DEFAULT 0,
    leased_by       TEXT COLLATE "C",
    version         BIGINT NOT NULL DEFAULT 1,
    unconfirmed     BIGINT NOT NULL DEFAULT 0,
    stands_for      TEXT COLLATE "C",
    refused_at      BIGINT,
    queued_at       BIGINT NOT NULL DEFAULT 0,
    UNIQUE (submission_id, recipient, kind)
);

CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE state = 'waiting';

CREATE TABLE roles (
    space    TEXT COLLATE "C" NOT NULL,
    role     TEXT COLLATE "C" NOT NULL,
    address  TEXT COLLATE "C" NOT NULL,
    source   TEXT COLLATE "C" NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (space, role, address)
);

CREATE TABLE mailbox (
    mail_id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    delivered_at BIGINT NOT NULL,
    recipient    TEXT COLLATE "C" NOT NULL,
    subject      TEXT NOT NULL,
    text         TEXT NOT NULL,
    html         TEXT NOT NULL,
    raw          BYTEA NOT NULL
);
