#!/usr/bin/env bash
# Sluice beside psql's \copy: all orders out as CSV, and ROWS (200,000) orders in, by each contract. ROUNDS (3) in turns.
# Prints rows a second and the ratio to \copy, medians. Needs what run.sh needs, gateway/target/sluice.jar (or JAR), and
# the database of pg.sh (started where it is not). Fails where rows are missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/needs.sh"
needs curl python3 xz psql
export BENCH_STATE=${BENCH_STATE:-${TMPDIR:-/tmp}/sluice-comparison-$(id -u)}
jdk=${BENCH_JAVA_HOME:-$(ls -d /usr/lib/jvm/*25* | head -1)}
rows=${ROWS:-200000} rounds=${ROUNDS:-3} all=1000000
work=$(mktemp -d)
gateway= started=
stop() {
  [[ -z $gateway ]] || { kill "$gateway" 2>/dev/null || true; wait "$gateway" 2>/dev/null || true; }
  [[ -z $started ]] || "$here/pg.sh" stop >&2
  rm -rf "$work"
}
trap stop EXIT
[[ -e $BENCH_STATE/pg.env ]] || { "$here/pg.sh" start >&2; started=1; }
. "$BENCH_STATE/pg.env"
cp "${JAR:-$here/../../gateway/target/sluice.jar}" "$work/sluice.jar" # a build must not change it under its feet
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
SLUICE_PRIMARY=postgresql://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE "$jdk/bin/java" \
  ${JVM_OPTS:--Xmx512m -XX:+UseParallelGC} -jar "$work/sluice.jar" --server.port="$port" --management.server.port=0 \
  --sluice.pool.max-size=16 >"$work/gateway.log" 2>&1 &
gateway=$!
url=http://127.0.0.1:$port
until curl -sf -o /dev/null "$url/rest/v1/customers?id=eq.1"; do sleep 0.3; kill -0 $gateway; done

columns=customer_id,item,amount,status
psql -Xq -c "\copy (SELECT $columns FROM orders ORDER BY id LIMIT $rows) TO '$work/good.csv' CSV HEADER"
psql -Xq -c "\copy (SELECT json_build_object('customer_id', customer_id, 'item', item, 'amount', amount, 'status', status) FROM orders ORDER BY id LIMIT $rows) TO '$work/good.json'"
# One row in a hundred: by turns a value that is no number, and a customer that is not there.
awk -F, -v OFS=, 'NR % 200 == 50 {$3 = "x"} NR % 200 == 150 {$1 = -1} {print}' "$work/good.csv" >"$work/bad.csv"

copy_out() { psql -Xq -c '\copy orders TO STDOUT CSV' >/dev/null; }
csv_out() { curl -sS -f -o /dev/null -H 'Accept: text/csv' "$url/rest/v1/orders"; }
copy_in() { psql -Xq -c "\copy orders ($columns) FROM '$work/good.csv' CSV HEADER"; }
upload() { # file, media type, contract
  curl -sS -f -T "$work/$1" -X POST -H Expect: -H "Content-Type: $2" "$url/ingest/v1/orders?contract=$3" -o "$work/answer"
  tail -1 "$work/answer" | grep -q '"complete":true' || { tail -c 500 "$work/answer"; return 1; }
}
batch_csv() { upload good.csv text/csv batch; }
batch_ndjson() { upload good.json application/x-ndjson batch; }
atomic_csv() { upload good.csv text/csv atomic; }
atomic_ndjson() { upload good.json application/x-ndjson atomic; }
row_csv() { upload good.csv text/csv row; }
row_bad_csv() { upload bad.csv text/csv row; }

measure() { # name, rows
  local begun ended in
  begun=$(date +%s.%N); "$1"; ended=$(date +%s.%N)
  if [[ $1 != *_out ]]; then
    in=$(psql -XAtqc "SELECT count(*) FROM orders WHERE id > $all")
    ((in >= rows * 99 / 100)) || { echo "$1: $in rows of $rows are there"; exit 1; }
    psql -Xq -f "$here/reset-orders.sql" >/dev/null
  fi
  echo "$1 $(awk "BEGIN {print $2 / ($ended - $begun)}")" >>"$work/rates"
}
for _ in 1 2 3; do csv_out; done
for warm in batch_csv batch_ndjson atomic_csv row_bad_csv; do "$warm"; done
psql -Xq -f "$here/reset-orders.sql" >/dev/null
for _ in $(seq "$rounds"); do
  for out in copy_out csv_out; do measure $out $all; done
  for in in ${CASES:-copy_in batch_csv batch_ndjson atomic_csv atomic_ndjson row_csv row_bad_csv}; do measure "$in" "$rows"; done
done
python3 - "$work/rates" <<'P'
import sys
from collections import defaultdict
from statistics import median
rates = defaultdict(list)
for line in open(sys.argv[1]):
    name, rate = line.split()
    rates[name].append(float(rate))
for name, all_ in rates.items():
    limit = rates["copy_out" if name.endswith("_out") else "copy_in"]
    print(f"{name:14} {median(all_):10,.0f} rows/s  {median(all_) / median(limit):.2f} of \\copy ({min(all_) / max(limit):.2f} to {max(all_) / min(limit):.2f})")
P
