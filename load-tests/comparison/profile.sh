#!/usr/bin/env bash
# Profiles the gateway under the load of scenarios: profile.sh point|list|stream|ingest|transfer|hot|all, one or several. Needs a JDK,
# wrk and psql; async-profiler comes from Maven Central. Starts PostgreSQL where it is not started. WARMUP=40, DURATION=20
# and ALLOCATIONS=5 are seconds. Prints whose code CPU time and allocations belong to and who had the processors; writes
# flame graphs to out/, see out/profiles.html. Frames of the kernel need perf_event_paranoid 1 or root, on Linux.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/needs.sh"
needs curl python3 xz psql wrk
scenarios=${*:?usage: profile.sh point|list|stream|ingest|transfer|hot|all}
[[ $scenarios != all ]] || scenarios="point list stream ingest transfer hot"
export BENCH_STATE=${BENCH_STATE:-${TMPDIR:-/tmp}/sluice-comparison-$(id -u)}
cache=${BENCH_CACHE:-${HOME:-/tmp}/.cache/sluice-comparison}
jdk=${BENCH_JAVA_HOME:-$(ls -d /usr/lib/jvm/*25* | head -1)}
out=${BENCH_OUT:-$here/out}
work=$(mktemp -d)
gateway= started=
stop_gateway() { [[ -z $gateway ]] || { kill "$gateway" 2>/dev/null || true; wait "$gateway" 2>/dev/null || true; gateway=; }; }
stop() {
  stop_gateway
  [[ -z $started ]] || "$here/pg.sh" stop >&2
  rm -rf "$work"
}
trap stop EXIT
mkdir -p "$out"
jar=${JAR:-$here/../../gateway/target/sluice.jar}
[[ -e $jar ]] || { echo "no $jar; build it: ./mvnw -q package -Pfast -pl gateway -am" >&2; exit 1; }
cp "$jar" "$work/sluice.jar" # a build must not change it under its feet

version=${ASYNC_PROFILER_VERSION:-4.5}
tools=$cache/async-profiler-$version
if [[ ! -e $tools/jfr-converter-$version.jar ]]; then
  for artifact in async-profiler jfr-converter; do
    "$here/../../mvnw" -q -B -N -f "$here/../../pom.xml" dependency:copy \
      -Dartifact="tools.profiler:$artifact:$version" -DoutputDirectory="$work/tools" >/dev/null
  done
  mkdir -p "$tools"
  (cd "$tools" && python3 -m zipfile -e "$work/tools/async-profiler-$version.jar" . && cp "$work"/tools/*.jar .)
fi
case $(uname -s)-$(uname -m) in
  Linux-x86_64) agent=$tools/linux-x64/libasyncProfiler.so ;;
  Linux-*) agent=$tools/linux-arm64/libasyncProfiler.so ;;
  *) agent=$tools/macos/libasyncProfiler.so ;;
esac
[[ -e $BENCH_STATE/pg.env ]] || { "$here/pg.sh" start >&2; started=1; }
. "$BENCH_STATE/pg.env"

start_gateway() {
  port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
  SLUICE_PRIMARY=postgresql://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE "$jdk/bin/java" \
    ${JVM_OPTS:--Xmx512m -XX:+UseParallelGC} -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints -jar "$work/sluice.jar" \
    --server.port="$port" --management.server.port=0 --sluice.pool.max-size=16 >"$out/profile.log" 2>&1 &
  gateway=$!
  until curl -sf -o /dev/null "http://127.0.0.1:$port/ledger/v1/accounts?id=in.()"; do sleep 0.5; kill -0 "$gateway"; done
}

again() { # seconds, command: again and again for so long
  local end=$((SECONDS + $1))
  while ((SECONDS < end)); do "${@:2}"; done
}
stream() { curl -sS -f -o /dev/null -H 'Accept: application/x-ndjson' "http://127.0.0.1:$port/rest/v1/orders"; }
ingest() {
  curl -sS -f -o /dev/null -T "$work/upload.json" -X POST -H Expect: -H 'Content-Type: application/x-ndjson' "http://127.0.0.1:$port/ingest/v1/orders"
  psql -Xq -f "$here/reset-orders.sql" >/dev/null
}
prepare() { # scenario
  export MODE=get MAX_ID=100000 HEADERS=
  case $1 in
    point) export URL_TEMPLATE='/rest/v1/customers?id=eq.{id}' ;;
    list) export URL_TEMPLATE='/rest/v1/orders?customer_id=eq.{id}&order=id' ;;
    transfer | hot)
      [[ $1 == transfer ]] || export MAX_ID=10
      export MODE=transfer URL_TEMPLATE=/ledger/v1/transfers HEADERS='Content-Type: application/json'
      export BODY_TEMPLATE='{"id":"{uuid}","debit_account_id":"{fromid}","credit_account_id":"{toid}","amount":{amount},"ledger":1,"code":1}'
      psql -Xq -f "$here/reset-ledger.sql" >/dev/null ;;
    stream) ;;
    ingest) psql -Xq -c "\copy (SELECT json_build_object('customer_id', customer_id, 'item', item, 'amount', amount, 'status', status) FROM orders LIMIT 200000) TO '$work/upload.json'" ;;
    *) echo "there is no scenario '$1'" >&2; exit 1 ;;
  esac
}
load() { # scenario, seconds, seed
  case $1 in stream | ingest) again "$2" "$1"; return ;; esac
  SEED=$3 wrk -t1 -c64 -d"$2s" -s "$here/load/wrk.lua" "http://127.0.0.1:$port" >"$work/wrk.log" 2>&1 || { cat "$work/wrk.log" >&2; exit 1; }
}
profiler() { "$jdk/bin/jcmd" "$gateway" JVMTI.agent_load "$agent" "\"$1\"" >"$work/jcmd.log" || { cat "$work/jcmd.log" >&2; exit 1; }; }
recorded() { # what to record, file, scenario, seconds, seed
  profiler "start,$1,jfr,file=$2"
  load "${@:3}"
  profiler "stop,file=$2"
}
converted() { # options, title, scenario: <kind> of events as stacks and as a flame graph
  local kind=${1#--} recording=$out/profile-$3-${1#--}.jfr
  "$jdk/bin/java" -jar "$tools/jfr-converter-$version.jar" --norm --dot "$1" -o collapsed "$recording" "$work/$kind.txt" >/dev/null
  "$jdk/bin/java" -jar "$tools/jfr-converter-$version.jar" --norm --dot --inverted --minwidth 0.05 "$1" --title "$2" "$recording" "$out/profile-$3-$kind.html" >/dev/null
}

for scenario in $scenarios; do
  start_gateway
  prepare "$scenario"
  load "$scenario" "${WARMUP:-40}" 1
  python3 "$here/profile.py" processors "$gateway" "$BENCH_PG_PID" >"$work/before"
  recorded event=cpu,interval=2ms "$out/profile-$scenario-cpu.jfr" "$scenario" "${DURATION:-20}" 2
  python3 "$here/profile.py" processors "$gateway" "$BENCH_PG_PID" >"$work/after"
  recorded alloc=256k "$out/profile-$scenario-alloc.jfr" "$scenario" "${ALLOCATIONS:-5}" 3
  stop_gateway
  converted --cpu "CPU time of the gateway: $scenario" "$scenario"
  converted --alloc "Allocations of the gateway: $scenario" "$scenario"
  python3 "$here/profile.py" report "$scenario" "$out" "$work"
done
