#!/usr/bin/env bash
# What Sluice needs in memory: memory.sh [flat] [streams] (default: both).
#   flat     peak RSS while 100,000 and while 10,000,000 rows go out (NDJSON), and come in (NDJSON, batches)
#   streams  200 streams of 1,000,000 orders at a time: 20 that read as fast as they can, 180 that take 100 KB a second
# Fails where a stream is not whole, an upload not complete, or peaks differ by more than a tenth.
# Needs what run.sh needs, gateway/target/sluice.jar (or JAR), and the database of pg.sh (started where it is not).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/needs.sh"
needs curl python3 xz psql
export BENCH_STATE=${BENCH_STATE:-${TMPDIR:-/tmp}/sluice-comparison-$(id -u)}
jdk=${BENCH_JAVA_HOME:-$(ls -d /usr/lib/jvm/*25* | head -1)}
work=$(mktemp -d)
gateway= started=
stop_gateway() { [[ -z $gateway ]] || { kill "$gateway" 2>/dev/null || true; wait "$gateway" 2>/dev/null || true; gateway=; }; }
stop() { stop_gateway; psql -Xq -c "$drop" 2>/dev/null || true; [[ -z $started ]] || "$here/pg.sh" stop >&2; rm -rf "$work"; }
drop='DROP VIEW IF EXISTS ten_times; DROP TABLE IF EXISTS taken'
trap stop EXIT
[[ -e $BENCH_STATE/pg.env ]] || { "$here/pg.sh" start >&2; started=1; }
. "$BENCH_STATE/pg.env"
cp "${JAR:-$here/../../gateway/target/sluice.jar}" "$work/sluice.jar" # a build must not change it under its feet
psql -Xq -c "SET client_min_messages = warning; $drop;
  CREATE VIEW ten_times AS SELECT o.* FROM generate_series(1, 10) AS times, orders AS o;
  CREATE UNLOGGED TABLE taken (customer_id bigint, item text, amount numeric(12,2), status text)"

start_gateway() { # arguments of the gateway
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  SLUICE_PRIMARY=postgresql://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE \
    "$jdk/bin/java" ${JVM_OPTS:--Xmx512m -XX:+UseParallelGC} -jar "$work/sluice.jar" \
    --server.port="$port" --management.server.port=0 "$@" >"$work/gateway.log" 2>&1 &
  gateway=$!
  until curl -sf -o /dev/null "http://127.0.0.1:$port/rest/v1/customers?id=eq.1"; do sleep 0.3; kill -0 $gateway; done
}
get() { # path, further arguments of curl: prints the bytes that came; fails unless the answer is whole
  curl -sS -f -m 900 -o /dev/null -w '%{size_download}\n' -H 'Accept: application/x-ndjson' "${@:2}" "http://127.0.0.1:$port/rest/v1/$1"
}
fresh() { echo 5 >/proc/$gateway/clear_refs; }
peak_kb() { awk '/VmHWM/ {print $2}' /proc/$gateway/status; }
mb() { awk "BEGIN {printf \"%.0f MB\", $1 / 1024}"; }
compare() { # what, peak of few rows, peak of many
  echo "$1: peak RSS of 100,000 rows $(mb "$2"), of 10,000,000 rows $(mb "$3")"
  awk "BEGIN {exit !($3 / $2 < 1.1 && $2 / $3 < 1.1)}" || { echo "they differ by more than a tenth"; exit 1; }
}

# The heap of a JVM grows until its first full turns: each direction is warmed up with what it is measured with.
flat() {
  local few many rows
  start_gateway --sluice.pool.max-size=16
  for _ in 1 2 3; do get 'ten_times?limit=2000000' >/dev/null; done
  fresh; get 'ten_times?limit=100000' >/dev/null; few=$(peak_kb)
  fresh; get ten_times >/dev/null; many=$(peak_kb)
  stop_gateway
  compare out "$few" "$many"

  psql -Xq -c "\copy (SELECT json_build_object('customer_id', customer_id, 'item', item, 'amount', amount, 'status', status) FROM orders LIMIT 100000) TO '$work/rows.json'"
  start_gateway --sluice.pool.max-size=16
  put 20
  fresh; put 1; few=$(peak_kb)
  fresh; put 100; many=$(peak_kb)
  stop_gateway
  compare in "$few" "$many"
}
put() { # how many times 100,000 rows, as one upload
  for _ in $(seq "$1"); do cat "$work/rows.json"; done |
    curl -sS -f -m 900 -T - -X POST -H Expect: -H 'Content-Type: application/x-ndjson' "http://127.0.0.1:$port/ingest/v1/taken" |
    tail -1 | grep -q "\"complete\":true.*\"committed\":$1""00000," || { echo "an upload was not complete"; exit 1; }
  psql -Xq -c 'TRUNCATE taken'
}

streams() {
  local whole fast=() slow=() i heap
  start_gateway --sluice.pool.max-size=210 --sluice.stream.per-server=205 --sluice.pool.acquire-timeout=60s
  whole=$(get orders)
  fresh
  "$jdk/bin/jstat" -gc "$gateway" 500 >"$work/heap" &
  local sampler=$!
  for i in $(seq 180); do get orders --limit-rate 100k >"$work/slow.$i" 2>&1 & slow+=($!); done
  for i in $(seq 20); do get orders >"$work/fast.$i" 2>&1 & fast+=($!); done
  for i in "${fast[@]}"; do wait "$i" || { cat "$work"/fast.*; echo "a fast reader's answer broke off"; exit 1; }; done
  [[ $(sort -u "$work"/fast.*) == "$whole" ]] || { echo "not all got $whole bytes"; exit 1; }
  for i in "${slow[@]}"; do kill "$i" || { cat "$work"/slow.*; echo "a slow reader's answer broke off"; exit 1; }; done
  for i in "${slow[@]}"; do wait "$i" 2>/dev/null || true; done
  kill $sampler; wait $sampler 2>/dev/null || true
  heap=$(awk 'NR > 1 {used = $3 + $4 + $6 + $8; if (used > most) most = used} END {print most}' "$work/heap")
  echo "200 streams of 1,000,000 rows, ${JVM_OPTS:--Xmx512m}: 20 fast readers got all of it, 180 slow ones were still reading;" \
    "peak RSS $(mb "$(peak_kb)"), most of the heap in use $(mb "$heap"), full collections $(awk 'END {print $15}' "$work/heap")"
  stop_gateway
}
for part in "${@:-flat streams}"; do for each in $part; do "$each"; done; done
