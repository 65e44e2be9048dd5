#!/usr/bin/env bash
# Tests the official SDKs, everything in examples/, a recording of aimock, and aiperf against a started server, and the load tools
# of docs/load-testing.md.
suite=test:clients
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-clients
python=$cache/bin/python
command -v curl >/dev/null || need curl
need_command wrk
need_python "$cache" 9 openai pytest

# The version that the bench measures, in a folder of its own, apart from the package.
aimock_folder=$cache-aimock
aimock=$aimock_folder/node_modules/@copilotkit/aimock/dist/cli.js
aimock_version=$(node -p 'require("./bench/package.json").dependencies["@copilotkit/aimock"]')
if [ "$(node -p 'require(process.argv[1]).version' "$aimock_folder/node_modules/@copilotkit/aimock/package.json" 2>/dev/null)" != "$aimock_version" ]; then
  mkdir -p "$aimock_folder"
  npm install --prefix "$aimock_folder" --silent --no-audit --no-fund --no-save "@copilotkit/aimock@$aimock_version" ||
    need "npm to install @copilotkit/aimock@$aimock_version"
fi

start_standin --fixtures examples/fixtures --fixtures fixtures
export OPENAI_BASE_URL=$base OPENAI_API_KEY=sk-test PYTHON=$python

status=0
echo "# openai for Python $("$python" -c 'import openai; print(openai.__version__)') at $base"
"$python" test/clients/python/test_openai.py 2>&1 | tee "$work/python.log" || status=1
echo '# 40 everyday requests with openai for Node, to a server without options'
node test/clients/everyday.mjs 2>&1 | tee "$work/everyday.log" || status=1
echo '# examples/'
node test/clients/examples.mjs 2>&1 | tee "$work/examples.log" || status=1
echo "# recording aimock $aimock_version"
node test/clients/record-aimock.mjs "$aimock" 2>&1 | tee "$work/aimock.log" || status=1

echo '# aiperf'
bash test/clients/aiperf.sh 2>&1 | tee "$work/aiperf.log" || status=1

echo '# docs/load-testing.md'
node test/clients/load.mjs 2>&1 | tee "$work/load.log" || status=1

print_server_log
cat "$work/python.log" "$work/everyday.log" "$work/examples.log" "$work/aimock.log" "$work/aiperf.log" \
  "$work/load.log" | awk '
  / passed, .* failed$/ { passed += $1; failed += $3; suites++ }
  END { if (suites < 6) failed++; printf "%d passed, %d failed\n", passed, failed; exit failed > 0 }
' || status=1
exit "$status"
