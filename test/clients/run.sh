#!/usr/bin/env bash
# The official Python SDK, then everything in examples/, against a started server; then a recording of what aimock says.
set -euo pipefail
cd "$(dirname "$0")/../.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-clients
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
  echo "test:clients needs $1" >&2
  exit 2
}
command -v python3 >/dev/null || need 'python3 (3.9 or later)'
command -v curl >/dev/null || need curl
if ! command -v wrk >/dev/null && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends wrk; } >/dev/null 2>&1 || true
fi
command -v wrk >/dev/null || need 'wrk: apt-get install wrk'
python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' || need 'python3 3.9 or later'
python3 -c 'import venv, ensurepip' 2>/dev/null || need 'venv and pip for python3: apt-get install python3-venv'

python=$cache/bin/python
"$python" -c '' 2>/dev/null || python3 -m venv --clear "$cache"
"$python" -m pip install --quiet --disable-pip-version-check --upgrade openai pytest || need 'pip to install openai and pytest'

# The version that the bench measures, in a folder of its own, so that nothing of it comes near the package.
theirs=$cache-aimock
aimock=$theirs/node_modules/@copilotkit/aimock/dist/cli.js
wanted=$(node -p 'require("./bench/package.json").dependencies["@copilotkit/aimock"]')
if [ "$(node -p 'require(process.argv[1]).version' "$theirs/node_modules/@copilotkit/aimock/package.json" 2>/dev/null)" != "$wanted" ]; then
  mkdir -p "$theirs"
  npm install --prefix "$theirs" --silent --no-audit --no-fund --no-save "@copilotkit/aimock@$wanted" ||
    need "npm to install @copilotkit/aimock@$wanted"
fi

node build.js --if-stale
# It is there before the server is, which may take its time to write to it.
: >"$work/server.log"
node dist/cli.js --port 0 --fixtures examples/fixtures --fixtures fixtures --log-level warn >"$work/server.log" 2>&1 &
server=$!
base=
for ((tries = 0; tries < 100 && ${#base} == 0; tries++)); do
  base=$(sed -n 's/^Standin listens on \(http[^ ]*\).*/\1/p' "$work/server.log")
  if [ -z "$base" ]; then
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  fi
done
[ -n "$base" ] || { cat "$work/server.log" >&2; echo 'the server did not start' >&2; exit 1; }
export OPENAI_BASE_URL=$base OPENAI_API_KEY=sk-test PYTHON=$python

status=0
echo "# openai for Python $("$python" -c 'import openai; print(openai.__version__)') at $base"
"$python" test/clients/python/test_openai.py 2>&1 | tee "$work/python.log" || status=1
echo '# examples/'
node test/clients/examples.mjs 2>&1 | tee "$work/examples.log" || status=1
echo "# recording aimock $wanted"
node test/clients/record-aimock.mjs "$aimock" 2>&1 | tee "$work/aimock.log" || status=1

echo '# aiperf'
bash test/clients/aiperf.sh 2>&1 | tee "$work/aiperf.log" || status=1

# Errors that no client showed are in the server's log.
sed '1d;s/^/# server: /' "$work/server.log"
cat "$work/python.log" "$work/examples.log" "$work/aimock.log" "$work/aiperf.log" | awk '
  / passed, .* failed$/ { passed += $1; failed += $3; suites++ }
  END { if (suites < 4) failed++; printf "%d passed, %d failed\n", passed, failed; exit failed > 0 }
' || status=1
exit "$status"
