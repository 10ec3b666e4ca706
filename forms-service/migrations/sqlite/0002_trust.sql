-- Addresses that are confirmed, texts that are flagged, mails that are refused, several instances.
-- Rows already there keep what they are: nothing to confirm, no flag, nobody's lease.

-- What may be asked of a sender's address: none | unconfirmed | confirmed
ALTER TABLE submissions ADD COLUMN address_state TEXT NOT NULL DEFAULT 'none';
-- When its owner confirmed it.
ALTER TABLE submissions ADD COLUMN confirmed_at INTEGER;
-- Where the receipt, or the link to confirm, goes; NULL when no address was left.
ALTER TABLE submissions ADD COLUMN sender TEXT;
-- What the sender gets once it is received: receipt | proof; NULL for nothing.
ALTER TABLE submissions ADD COLUMN acknowledgement TEXT;
-- What happens when nobody confirms: forward | lapse; NULL when there is nothing to confirm.
ALTER TABLE submissions ADD COLUMN if_unconfirmed TEXT;
-- When that happens, or the reminder leaves.
ALTER TABLE submissions ADD COLUMN due_at INTEGER;
-- Whether the one reminder was queued: 0 | 1.
ALTER TABLE submissions ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;
-- Who decides: JSON list of [space, role]; a role is looked up when a mail is queued.
ALTER TABLE submissions ADD COLUMN destinations TEXT NOT NULL DEFAULT '[]';
-- Which answers look like health data: JSON list of
-- generator::form::Flag; NULL when none does.
ALTER TABLE submissions ADD COLUMN flags TEXT;
-- Why it is in quarantine: trap | too_fast
ALTER TABLE submissions ADD COLUMN suspicion TEXT;
-- Grows with each change of state, so that a link made before it is worth nothing after it.
ALTER TABLE submissions ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE INDEX submissions_due ON submissions (due_at) WHERE due_at IS NOT NULL;

-- Attempts that failed: what the waits are counted by. An attempt that a crash cut short is none.
ALTER TABLE outbox ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
-- The instance that holds the lease.
ALTER TABLE outbox ADD COLUMN leased_by TEXT;
-- The version of the submission that the mail, and any link in it, is about.
ALTER TABLE outbox ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
-- Whether the sender's address was unconfirmed when the mail was queued: 0 | 1.
ALTER TABLE outbox ADD COLUMN unconfirmed INTEGER NOT NULL DEFAULT 0;
-- The mail in whose place this one goes, its recipient being refused for good.
ALTER TABLE outbox ADD COLUMN stands_for TEXT;
-- When the server first refused the recipient for good.
ALTER TABLE outbox ADD COLUMN refused_at INTEGER;
-- When it was queued; for rows from before, when they are due.
ALTER TABLE outbox ADD COLUMN queued_at INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET failures = attempt, queued_at = next_attempt_at;
