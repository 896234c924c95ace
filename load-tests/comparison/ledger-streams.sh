#!/usr/bin/env bash
# Transfers as NDJSON streams: STREAMS uploads of LINES transfers each at the same time, ROUNDS times, between 100,000 accounts.
# KIND=plain is money that moves; described has user data; held holds it and posts it a thousand lines later, in turns.
# Prints transfers a second, CPU of the gateway and of PostgreSQL and WAL bytes per transfer; fails where one is missing.
# Needs what run.sh needs, gateway/target/sluice.jar (or JAR), and the database of pg.sh (started where it is not).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/needs.sh"
needs curl python3 xz psql
export BENCH_STATE=${BENCH_STATE:-${TMPDIR:-/tmp}/sluice-comparison-$(id -u)}
streams=${STREAMS:-4} lines=${LINES:-10000} rounds=${ROUNDS:-8} kind=${KIND:-plain}
jar=${JAR:-$here/../../gateway/target/sluice.jar}
[[ -e $BENCH_STATE/pg.env ]] || "$here/pg.sh" start >&2
. "$BENCH_STATE/pg.env"
work=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export SLUICE_PRIMARY=postgresql://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE
# A copy: a build must not change the program under its own feet.
cp "$jar" "$work/sluice.jar"
"${BENCH_JAVA_HOME:+$BENCH_JAVA_HOME/bin/}java" ${JVM_OPTS:--Xmx512m -XX:+UseParallelGC} -jar "$work/sluice.jar" \
  --server.port="$port" --management.server.port=0 --sluice.pool.max-size="${POOL_SIZE:-16}" >"$work/gateway.log" 2>&1 &
gateway=$!
trap 'kill $gateway; wait $gateway 2>/dev/null || true; rm -rf "$work"' EXIT
until curl -sf -o /dev/null "http://127.0.0.1:$port/ledger/v1/accounts?id=in.()"; do sleep 0.3; kill -0 $gateway; done

generate() { # file
  python3 - "$lines" "$kind" >"$1" <<'P'
import json, random, sys, time, uuid
base, r, back = int(time.time() * 1000) << 80, random.Random(), 1000
account = lambda i: f"00000000-0000-0000-0000-{i:012d}"
moves = {"plain": {}, "described": {"user_data_128": str(uuid.uuid4()), "user_data_64": 7}, "held": {"flags": ["pending"], "timeout": 600}}
held = []
for i in range(int(sys.argv[1])):
    transfer = {"id": str(uuid.UUID(int=base | 7 << 76 | 2 << 62 | i << 40 | r.getrandbits(40)))}
    if sys.argv[2] == "held" and i % 2 and i > back:
        transfer |= {"pending_id": held[(i - back) // 2], "amount": 2**63 - 1, "flags": ["post_pending_transfer"]}
    else:
        a, b = r.sample(range(1, 100_001), 2)
        transfer |= {"debit_account_id": account(a), "credit_account_id": account(b), "amount": r.randint(1, 100), "ledger": 1, "code": 1}
        transfer |= moves[sys.argv[2]]
        held.append(transfer["id"])
    print(json.dumps(transfer, separators=(",", ":")))
P
}
ticks() { # pid, and whether its children count
  python3 - "$1" "${2:-}" <<'P'
import os, sys
pid, total = int(sys.argv[1]), 0
for d in filter(str.isdigit, os.listdir("/proc")):
    try:
        s = open(f"/proc/{d}/stat").read()
    except OSError:
        continue
    f = s[s.rindex(")") + 2:].split()
    if int(d) == pid or (sys.argv[2] and int(f[1]) == pid):
        total += int(f[11]) + int(f[12])
print(total)
P
}
for round in $(seq "$rounds"); do
  for i in $(seq "$streams"); do generate "$work/$i.json"; done
  psql -Xq -f "$here/reset-ledger.sql" >/dev/null
  lsn=$(psql -XAtqc 'SELECT pg_current_wal_lsn()') g0=$(ticks $gateway) p0=$(ticks "$BENCH_PG_PID" all) t0=$(date +%s.%N) uploads=()
  for i in $(seq "$streams"); do
    curl -sS -f -m 300 -o "$work/$i.out" -T "$work/$i.json" -X POST -H Expect: -H 'Content-Type: application/x-ndjson' \
      "http://127.0.0.1:$port/ledger/v1/transfers" &
    uploads+=($!)
  done
  for upload in "${uploads[@]}"; do wait "$upload"; done
  t1=$(date +%s.%N) g1=$(ticks $gateway) p1=$(ticks "$BENCH_PG_PID" all)
  wal=$(psql -XAtqc "SELECT round(pg_wal_lsn_diff(pg_current_wal_lsn(), '$lsn'))")
  n=$(cat "$work"/*.out | grep -c '"created"') rows=$(psql -XAtqc 'SELECT count(*) FROM sluice_ledger.transfers')
  [[ $n == $((streams * lines)) && $rows == "$n" ]] || { echo "$n created and $rows rows of $((streams * lines))"; exit 1; }
  python3 -c "print(f'round $round: {$n / ($t1 - $t0):,.0f} transfers/s, CPU us each: gateway {($g1 - $g0) * 1e4 / $n:.0f}, PostgreSQL {($p1 - $p0) * 1e4 / $n:.0f}; WAL {$wal / $n:.0f} bytes each')"
done
