-- Who accepted which version of which charter, and when. No row that is there is touched: signatures
-- confirmed before this table was made are entered by the service when it starts.
--
-- Each row carries the digest of the one before and is sealed with the key outside of the database.
-- The columns that hold a person (reference, name, address, space) and the salt are emptied together
-- when the submission is forgotten; what stays keeps the chain whole.
CREATE TABLE register (
    -- 1, 2, 3… without gaps.
    seq            INTEGER NOT NULL PRIMARY KEY,
    -- The submission that was confirmed. It may be forgotten before the row, so nothing refers to it.
    submission_id  TEXT NOT NULL UNIQUE,
    -- Slug, version and title of the charter.
    charter        TEXT NOT NULL,
    version        TEXT NOT NULL,
    title          TEXT NOT NULL,
    -- When the address was confirmed.
    signed_at      INTEGER NOT NULL,
    reference      TEXT,
    name           TEXT,
    address        TEXT,
    -- Slug of the signer's space, if one was chosen.
    space          TEXT,
    -- Random, in hexadecimal: once it is gone, nobody finds a name again by trying names.
    salt           TEXT,
    -- SHA-256 of the salt, the person and the charter.
    content_digest TEXT NOT NULL,
    -- The digest of the row before; '' in the first one.
    previous       TEXT NOT NULL,
    -- HMAC of everything above but the person, under the key that key_id names.
    digest         TEXT NOT NULL,
    -- '' is the key of the data folder.
    key_id         TEXT NOT NULL DEFAULT ''
) STRICT;
