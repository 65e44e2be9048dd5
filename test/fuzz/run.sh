#!/usr/bin/env bash
# Schemathesis asks a started server for what its own document allows and forbids: no fault, no status and no body that the
# document does not know.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=4.32.5
cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-fuzz
work=$(mktemp -d)
server=
# shellcheck disable=SC2317 # called by the trap
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

need() {
  echo "test:fuzz needs $1" >&2
  exit 2
}
command -v python3 >/dev/null || need 'python3 (3.10 or later)'
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || need 'python3 3.10 or later'
python3 -c 'import venv, ensurepip' 2>/dev/null || need 'venv and pip for python3: apt-get install python3-venv'
"$cache/bin/python" -c '' 2>/dev/null || python3 -m venv --clear "$cache"
"$cache/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version" || need 'pip to install schemathesis'

node build.js --if-stale
node dist/cli.js --port 0 --log-level warn >"$work/server.log" 2>&1 &
server=$!
base=
for ((tries = 0; tries < 100 && ${#base} == 0; tries++)); do
  base=$(sed -n 's/^Standin listens on \(http[^ ]*\)\/v1.*/\1/p' "$work/server.log")
  if [ -z "$base" ]; then
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  fi
done
[ -n "$base" ] || { cat "$work/server.log" >&2; echo 'the server did not start' >&2; exit 1; }

status=0
# What the document allows the service may refuse all the same, so a refused valid body is no failure here.
cd "$work"
"$cache/bin/schemathesis" run "$base/_mock/openapi.json" --url "$base/v1" -H 'authorization: Bearer sk-test' \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --mode all --phases examples,coverage,fuzzing --max-examples "${FUZZ_EXAMPLES:-60}" --max-time "${FUZZ_SECONDS:-60}" --seed 1 --no-color \
  >"$work/report.txt" 2>&1 || status=1
tail -n 40 "$work/report.txt"
sed '1d;s/^/# server: /' "$work/server.log"
if [ "$status" = 0 ]; then echo '1 passed, 0 failed'; else echo '0 passed, 1 failed'; fi
exit "$status"
