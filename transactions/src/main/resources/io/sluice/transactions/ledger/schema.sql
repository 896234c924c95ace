-- The ledger's own schema, version 2. Applied under an advisory lock, so that gateways may start at the same time.
-- Times are microseconds since 1970 by the server's clock; 64-bit user data is unsigned, kept in its bits.
CREATE SCHEMA IF NOT EXISTS sluice_ledger;

CREATE TABLE IF NOT EXISTS sluice_ledger.version (number int PRIMARY KEY);

-- Half-empty pages and no index on what changes: an update stays on its page (HOT) and touches no index.
CREATE TABLE IF NOT EXISTS sluice_ledger.accounts (
    id              uuid PRIMARY KEY,
    ledger          bigint NOT NULL CHECK (ledger BETWEEN 1 AND 4294967295),
    code            int NOT NULL CHECK (code BETWEEN 1 AND 65535),
    flags           int NOT NULL,
    debits_pending  bigint NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
    debits_posted   bigint NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
    credits_pending bigint NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
    credits_posted  bigint NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
    user_data_128   uuid,
    user_data_64    bigint NOT NULL DEFAULT 0,
    user_data_32    bigint NOT NULL DEFAULT 0,
    created_micros  bigint NOT NULL,
    changed_micros  bigint NOT NULL
) WITH (fillfactor = 50);

-- Append-only. A refusal that burnt its id is a row too, with nothing but the reason: one key covers both, so that an
-- id can never be refused here and accepted there at the same time.
CREATE TABLE IF NOT EXISTS sluice_ledger.transfers (
    id                uuid PRIMARY KEY,
    at_micros         bigint NOT NULL,
    debit_account_id  uuid,
    credit_account_id uuid,
    amount            bigint CHECK (amount >= 0),
    pending_id        uuid,
    user_data_128     uuid,
    user_data_64      bigint NOT NULL DEFAULT 0,
    user_data_32      bigint NOT NULL DEFAULT 0,
    timeout           bigint NOT NULL DEFAULT 0,
    ledger            bigint,
    code              int,
    flags             int,
    -- the counters of both accounts after this transfer
    debit_debits_pending   bigint,
    debit_debits_posted    bigint,
    debit_credits_pending  bigint,
    debit_credits_posted   bigint,
    credit_debits_pending  bigint,
    credit_debits_posted   bigint,
    credit_credits_pending bigint,
    credit_credits_posted  bigint,
    refusal           text,
    CHECK (refusal IS NOT NULL OR (debit_account_id IS NOT NULL AND credit_account_id IS NOT NULL
        AND amount IS NOT NULL AND ledger IS NOT NULL AND code IS NOT NULL AND flags IS NOT NULL))
);
CREATE INDEX IF NOT EXISTS transfers_by_debit_account
    ON sluice_ledger.transfers (debit_account_id, at_micros) WHERE debit_account_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS transfers_by_credit_account
    ON sluice_ledger.transfers (credit_account_id, at_micros) WHERE credit_account_id IS NOT NULL;

-- What became of pending transfers: 1 pending, 2 posted, 3 voided, 4 expired.
CREATE TABLE IF NOT EXISTS sluice_ledger.holds (
    id             uuid PRIMARY KEY,
    status         int NOT NULL,
    expires_micros bigint
);
CREATE INDEX IF NOT EXISTS holds_that_expire
    ON sluice_ledger.holds (expires_micros) WHERE status = 1 AND expires_micros IS NOT NULL;

CREATE OR REPLACE FUNCTION sluice_ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of sluice_ledger.% is refused: the ledger only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Correct a transfer with another transfer.';
END $$;

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sluice_ledger.transfers
    FOR EACH STATEMENT EXECUTE FUNCTION sluice_ledger.refuse_change();
CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON sluice_ledger.accounts
    FOR EACH STATEMENT EXECUTE FUNCTION sluice_ledger.refuse_change();

-- For reading with SQL or through /rest/v1, in a schema of its own so that the tables need not be exposed. The rights are
-- those of who asks (security_invoker), row-level security of the tables included. The joins make them read-only: a view
-- of a single table would take updates.
CREATE SCHEMA IF NOT EXISTS sluice_ledger_api;

CREATE OR REPLACE VIEW sluice_ledger_api.accounts WITH (security_invoker = true) AS
SELECT a.id, a.ledger, a.code, a.flags, (a.flags & 8) <> 0 AS closed,
       a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted,
       a.user_data_128, a.user_data_64, a.user_data_32,
       timestamptz 'epoch' + a.created_micros * interval '1 microsecond' AS created_at,
       timestamptz 'epoch' + a.changed_micros * interval '1 microsecond' AS changed_at
FROM sluice_ledger.accounts a CROSS JOIN (VALUES (true)) AS read_only;

CREATE OR REPLACE VIEW sluice_ledger_api.transfers WITH (security_invoker = true) AS
SELECT t.id, timestamptz 'epoch' + t.at_micros * interval '1 microsecond' AS at,
       t.debit_account_id, t.credit_account_id, t.amount, t.ledger, t.code, t.flags, t.pending_id, t.timeout,
       t.user_data_128, t.user_data_64, t.user_data_32,
       CASE h.status WHEN 1 THEN 'pending' WHEN 2 THEN 'posted' WHEN 3 THEN 'voided' WHEN 4 THEN 'expired' END AS hold
FROM sluice_ledger.transfers t LEFT JOIN sluice_ledger.holds h ON h.id = t.id
WHERE t.refusal IS NULL;

INSERT INTO sluice_ledger.version VALUES (2) ON CONFLICT DO NOTHING;
