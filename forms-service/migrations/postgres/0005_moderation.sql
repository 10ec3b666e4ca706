-- The page of what waits for one person: see migrations/sqlite/0005_moderation.sql for what each
-- column holds.
CREATE TABLE preferences (
    address TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    digest  BIGINT NOT NULL
);

CREATE TABLE sanctions (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    address       TEXT COLLATE "C" NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    reason        TEXT NOT NULL,
    made_by       TEXT COLLATE "C" NOT NULL,
    made_at       BIGINT NOT NULL,
    ends_at       BIGINT NOT NULL,
    submission_id TEXT COLLATE "C",
    space         TEXT COLLATE "C" NOT NULL,
    lifted_at     BIGINT,
    lifted_by     TEXT COLLATE "C"
);

CREATE INDEX sanctions_of ON sanctions (address, ends_at);
CREATE INDEX sanctions_about ON sanctions (submission_id);

CREATE TABLE access_requests (
    digest   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    asked_at BIGINT NOT NULL
);
