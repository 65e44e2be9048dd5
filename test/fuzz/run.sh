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
# The bundle is in a temporary folder and imports the build of the working directory.
node_modules/.bin/esbuild test/fuzz/run-bodies.ts --bundle --platform=node --format=esm --log-level=warning --outfile="$work/run-bodies.mjs"
node "$work/run-bodies.mjs" >"$work/bodies.txt" || status=1
cat "$work/bodies.txt"
read -r bodies_passed _ bodies_failed _ <<<"$(tail -n 1 "$work/bodies.txt")"
[ -n "${bodies_failed:-}" ] || { bodies_passed=0 bodies_failed=1 status=1; }
if STANDIN_RUNS="${FUZZ_RUNS:-20000}" npx tap --reporter=tap test/contract-mutations.test.ts test/sample.test.ts test/completion.test.ts >"$work/properties.txt" 2>&1; then
  ((bodies_passed += 1))
else
  grep -B2 -A25 'not ok' "$work/properties.txt"
  ((bodies_failed += 1))
  status=1
fi
node_modules/.bin/esbuild test/fuzz/run-contract.ts --bundle --platform=node --format=esm --log-level=warning --outfile="$work/run-contract.mjs"
node "$work/run-contract.mjs" >"$work/contract.txt" || status=1
cat "$work/contract.txt"
read -r contract_passed _ contract_failed _ <<<"$(tail -n 1 "$work/contract.txt")"
[ -n "${contract_failed:-}" ] || { contract_passed=0 contract_failed=1 status=1; }
((bodies_passed += contract_passed, bodies_failed += contract_failed)) || true
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
if [ "$schemathesis" = 0 ]; then ((bodies_passed += 1)); else ((bodies_failed += 1)); fi
echo "$bodies_passed passed, $bodies_failed failed"
exit "$status"
