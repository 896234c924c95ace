# Sourced: `needs wrk psql` ends the script where a program is missing, before anything has been started or measured.
needs() {
  local missing=() program
  for program; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  ((${#missing[@]} == 0)) || {
    echo "not found: ${missing[*]} (Debian: apt-get install curl python3 wrk xz-utils postgresql-client postgresql nodejs npm)" >&2
    exit 1
  }
}
