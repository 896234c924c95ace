#!/usr/bin/env bash
# Profiles the gateway under the load of a scenario: profile.sh point|list|stream|ingest|transfer|hot. Needs JDK 25 (CPU-time samples of
# the flight recorder) and wrk. Starts PostgreSQL where it is not started. WARMUP=40 and DURATION=20 are seconds.
# Prints where CPU time and allocations go; the recording, for any viewer, is out/profile-<scenario>.jfr.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scenario=${1:?usage: profile.sh point|list|stream|ingest|transfer|hot}
export BENCH_STATE=${BENCH_STATE:-${TMPDIR:-/tmp}/sluice-comparison-$(id -u)}
jdk=${BENCH_JAVA_HOME:-$(ls -d /usr/lib/jvm/*25* | head -1)}
jar=${JAR:-$here/../../gateway/target/sluice.jar}
[[ -e $jar ]] || { echo "no $jar; build it: ./mvnw -q package -Pfast -pl gateway -am" >&2; exit 1; }
mkdir -p "$here/out"
recording=$here/out/profile-$scenario.jfr

started=
[[ -e $BENCH_STATE/pg.env ]] || { "$here/pg.sh" start >&2; started=1; }
. "$BENCH_STATE/pg.env"
port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
SLUICE_PRIMARY=postgresql://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE "$jdk/bin/java" \
  ${JVM_OPTS:--Xmx512m -XX:+UseParallelGC} -XX:FlightRecorderOptions=stackdepth=300 -jar "$jar" \
  --server.port="$port" --management.server.port=0 --sluice.pool.max-size=16 >"$here/out/profile.log" 2>&1 &
gateway=$!
stop() { kill "$gateway" 2>/dev/null || true; wait "$gateway" 2>/dev/null || true; [[ -z $started ]] || "$here/pg.sh" stop >&2; }
trap stop EXIT
until curl -sf -o /dev/null "http://127.0.0.1:$port/ledger/v1/accounts?id=in.()"; do sleep 0.5; done
psql -Xq -f "$here/reset-ledger.sql" >/dev/null

export MODE=get MAX_ID=100000 HEADERS=
case $scenario in
  point) export URL_TEMPLATE='/rest/v1/customers?id=eq.{id}' ;;
  list) export URL_TEMPLATE='/rest/v1/orders?customer_id=eq.{id}&order=id' ;;
  transfer | hot)
    [[ $scenario == transfer ]] || export MAX_ID=10
    export MODE=transfer URL_TEMPLATE=/ledger/v1/transfers HEADERS='Content-Type: application/json'
    export BODY_TEMPLATE='{"id":"{uuid}","debit_account_id":"{fromid}","credit_account_id":"{toid}","amount":{amount},"ledger":1,"code":1}' ;;
  stream) ;;
  ingest)
    upload=$here/out/profile-ingest.json
    psql -Xq -c "\copy (SELECT json_build_object('customer_id', customer_id, 'item', item, 'amount', amount, 'status', status) FROM orders LIMIT 200000) TO '$upload'" ;;
  *) echo "there is no scenario '$scenario'" >&2; exit 1 ;;
esac
again() { # seconds, command: again and again for so long
  local end=$((SECONDS + $1))
  while ((SECONDS < end)); do "${@:2}"; done
}
stream() { curl -sS -f -o /dev/null -H 'Accept: application/x-ndjson' "http://127.0.0.1:$port/rest/v1/orders"; }
ingest() {
  curl -sS -f -o /dev/null -T "$upload" -X POST -H Expect: -H 'Content-Type: application/x-ndjson' "http://127.0.0.1:$port/ingest/v1/orders"
  psql -Xq -f "$here/reset-orders.sql" >/dev/null
}
load() {
  case $scenario in stream | ingest) again "$1" "$scenario"; return ;; esac
  SEED=$2 wrk -t1 -c64 -d"$1s" -s "$here/load/wrk.lua" "http://127.0.0.1:$port" 2>&1 >/dev/null | tail -1
}
load "${WARMUP:-40}" 1 >/dev/null
"$jdk/bin/jcmd" "$gateway" JFR.start name=profile settings=profile jdk.CPUTimeSample#enabled=true jdk.CPUTimeSample#throttle=4ms >/dev/null
load "${DURATION:-20}" 2
"$jdk/bin/jcmd" "$gateway" JFR.stop name=profile filename="$recording" >/dev/null
python3 "$here/profile.py" "$jdk/bin/jfr" "$recording"
