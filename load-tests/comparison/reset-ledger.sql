-- Same starting state for Sluice's own ledger: account i has the UUID that ends in i, and one million in credit.
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL session_replication_role = replica; -- the ledger refuses to be emptied otherwise
TRUNCATE sluice_ledger.transfers, sluice_ledger.holds, sluice_ledger.accounts;
-- flags 2: debits must not exceed credits
INSERT INTO sluice_ledger.accounts (id, ledger, code, flags, credits_posted, created_micros, changed_micros)
SELECT ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, 1, 1, 2, 1000000, 0, 0
FROM generate_series(1, 100000) i;
INSERT INTO sluice_ledger.accounts (id, ledger, code, flags, debits_posted, created_micros, changed_micros)
VALUES ('ffffffff-0000-0000-0000-000000000001', 1, 1, 0, 100000 * 1000000::bigint, 0, 0);
COMMIT;
VACUUM (ANALYZE) sluice_ledger.accounts;
VACUUM (ANALYZE) sluice_ledger.transfers;
CHECKPOINT;
