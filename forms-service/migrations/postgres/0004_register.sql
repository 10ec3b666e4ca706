-- The register of signatures: see migrations/sqlite/0004_register.sql for what each column holds.
CREATE TABLE register (
    seq            BIGINT NOT NULL PRIMARY KEY,
    submission_id  TEXT COLLATE "C" NOT NULL UNIQUE,
    charter        TEXT COLLATE "C" NOT NULL,
    version        TEXT COLLATE "C" NOT NULL,
    title          TEXT NOT NULL,
    signed_at      BIGINT NOT NULL,
    reference      TEXT COLLATE "C",
    name           TEXT,
    address        TEXT COLLATE "C",
    space          TEXT COLLATE "C",
    salt           TEXT COLLATE "C",
    content_digest TEXT COLLATE "C" NOT NULL,
    previous       TEXT COLLATE "C" NOT NULL,
    digest         TEXT COLLATE "C" NOT NULL,
    key_id         TEXT COLLATE "C" NOT NULL DEFAULT ''
);
