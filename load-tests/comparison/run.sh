#!/usr/bin/env bash
# Starts PostgreSQL, measures the limits, Sluice and every peer (and EXTRA), prints one table. See README.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/needs.sh"
export BENCH_STATE=${BENCH_STATE:-${TMPDIR:-/tmp}/sluice-comparison-$(id -u)}
jdk=${BENCH_JAVA_HOME:-}
[[ -n $jdk ]] || for j in "${JAVA_HOME:-}" /usr/lib/jvm/*25*; do
  [[ -x $j/bin/javac && $("$j/bin/javac" -version 2>&1) == "javac 25"* ]] && { jdk=$j; break; }
done
export SERVERS=${SERVERS-sluice vertx mvc-vt webflux-r2dbc node}
needs curl python3 wrk xz psql pgbench
[[ " $SERVERS " != *" node "* ]] || needs node npm
[[ -n $jdk ]] || { echo "not found: a JDK 25; say where it is with BENCH_JAVA_HOME" >&2; exit 1; }
for s in $SERVERS; do
  if [[ $s == sluice ]]; then
    [[ -e $here/../../gateway/target/sluice.jar && -z ${REBUILD:-} ]] ||
      (cd "$here/../.." && ./mvnw -q -B package -Pfast -pl gateway -am >&2)
  elif [[ $s == node ]]; then
    [[ -d $here/peers/node/node_modules ]] || (cd "$here/peers/node" && npm install --no-audit --no-fund --silent >&2)
  elif [[ -z $(find "$here/peers/$s/target" -maxdepth 1 -name '*.jar' -newer "$here/peers/$s/pom.xml" 2>/dev/null) || -n ${REBUILD:-} ]]; then
    JAVA_HOME=$jdk "$here/../../mvnw" -q -B -f "$here/peers/$s/pom.xml" -DskipTests package >&2
  fi
done
exec 9>"$BENCH_STATE.lock"
flock -n 9 || { echo "another run uses $BENCH_STATE" >&2; exit 1; }
started=
[[ -e $BENCH_STATE/pg.env ]] || { "$here/pg.sh" start >&2 9>&-; started=1; }
stop() { [[ -z $started || -n ${KEEP_PG:-} ]] || "$here/pg.sh" stop >&2; }
trap stop EXIT
. "$BENCH_STATE/pg.env"
BENCH_JAVA_HOME=$jdk python3 "$here/measure.py"
