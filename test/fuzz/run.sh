#!/usr/bin/env bash
# Runs Schemathesis against a server: valid and invalid requests must get only statuses and bodies that the document defines.
suite=test:fuzz
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

venv=${XDG_CACHE_HOME:-$HOME/.cache}/standin-fuzz
need_python "$venv" 10 schemathesis==4.32.5
start_standin

status=0
cd "$work"
# The service rejects some requests that its document allows, so a rejected valid body is no failure here.
"$venv/bin/schemathesis" run "${base%/v1}/_mock/openapi.json" --url "$base" -H 'authorization: Bearer sk-test' \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --mode all --phases examples,coverage,fuzzing --max-examples "${FUZZ_EXAMPLES:-60}" --max-time "${FUZZ_SECONDS:-60}" --seed 1 --no-color \
  >"$work/report.txt" 2>&1 || status=1
tail -n 40 "$work/report.txt"
print_server_log
if [ "$status" = 0 ]; then echo '1 passed, 0 failed'; else echo '0 passed, 1 failed'; fi
exit "$status"
