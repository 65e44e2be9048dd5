#!/usr/bin/env bash
# Sends generated bodies in each validation mode, and requests whose answers must keep what the request demands. Repeats
# properties of npm test with more bodies and schemas. Then runs Schemathesis against a server: valid and invalid requests must get
# only statuses and bodies that the document defines.
suite=test:fuzz
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

venv=${XDG_CACHE_HOME:-$HOME/.cache}/standin-fuzz
need_python "$venv" 10 schemathesis==4.32.5
start_standin

status=0
passed=0
failed=0

# run_bundle NAME runs test/fuzz/NAME.ts and adds its counts. The bundle is in a temporary folder and imports the build of the working
# directory.
run_bundle() {
  local name=$1 bundle_passed bundle_failed
  node_modules/.bin/esbuild "test/fuzz/$name.ts" --bundle --platform=node --format=esm --log-level=warning --outfile="$work/$name.mjs"
  node "$work/$name.mjs" >"$work/$name.txt" || status=1
  cat "$work/$name.txt"
  read -r bundle_passed _ bundle_failed _ <<<"$(tail -n 1 "$work/$name.txt")"
  [ -n "${bundle_failed:-}" ] || { bundle_passed=0 bundle_failed=1 status=1; }
  passed=$((passed + bundle_passed))
  failed=$((failed + bundle_failed))
}

run_bundle run-bodies
run_bundle run-contract
if STANDIN_RUNS="${FUZZ_RUNS:-20000}" npx tap --reporter=tap test/contract-*.test.ts test/sample.test.ts test/completion.test.ts >"$work/properties.txt" 2>&1; then
  passed=$((passed + 1))
else
  grep -B2 -A25 'not ok' "$work/properties.txt"
  failed=$((failed + 1))
  status=1
fi
cd "$work"
schemathesis=0
# The service rejects some requests that its document allows, so a rejected valid body is no failure here.
"$venv/bin/schemathesis" run "${base%/v1}/_mock/openapi.json" --url "$base" -H 'authorization: Bearer sk-test' \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --mode all --phases examples,coverage,fuzzing --max-examples "${FUZZ_EXAMPLES:-60}" --max-time "${FUZZ_SECONDS:-60}" --seed 1 --no-color \
  >"$work/report.txt" 2>&1 || schemathesis=1
tail -n 40 "$work/report.txt"
print_server_log
[ "$schemathesis" = 0 ] || status=1
if [ "$schemathesis" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed"
exit "$status"
