#!/usr/bin/env bash
# Runs the suites of test/frameworks/, each against a default start of Standin that the suite makes itself:
#   bash test/frameworks/run.sh [SUITE...]
# A suite is a folder with a run.sh, named with or without its language: `langchain` is python-langchain. Its run.sh prints a line
# `NAME: N passed, M failed, K left out` for each part, then `N passed, M failed`. SUITE_LOGS=FOLDER keeps the logs of all parts.
suite=test:frameworks
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

# suite_folder NAME prints the folder of a suite.
suite_folder() {
  local runner
  for runner in "test/frameworks/$1/run.sh" test/frameworks/*-"$1"/run.sh; do
    if [ -f "$runner" ]; then dirname "$runner"; return; fi
  done
  echo "$suite has no suite $1: expected one of $(printf '%s\n' test/frameworks/*/run.sh | cut -d/ -f3 | paste -sd' ')" >&2
  return 2
}

folders=()
for name in "$@"; do
  folder=$(suite_folder "$name") || exit 2
  folders+=("$folder")
done
if [ $# -eq 0 ]; then
  for runner in test/frameworks/*/run.sh; do folders+=("$(dirname "$runner")"); done
fi

node build.js --if-stale
passed=0
failed=0
for folder in "${folders[@]}"; do
  echo "# ${folder##*/}"
  status=0
  bash "$folder/run.sh" 2>&1 </dev/null | tee "$work/log" || status=1
  grep -E '^[^#].*: [0-9]+ passed, [0-9]+ failed, [0-9]+ left out$' "$work/log" >>"$work/parts" || true
  read -r suite_passed suite_failed < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$work/log") || true
  # A suite that ran nothing, or that ended badly without a failed test, is one failure.
  if [ "${suite_passed:=0}" -eq 0 ] && [ "${suite_failed:=0}" -eq 0 ] || [ "$status" -ne 0 ] && [ "$suite_failed" -eq 0 ]; then
    suite_failed=1
    echo "${folder##*/}: 0 passed, 1 failed, 0 left out" >>"$work/parts"
  fi
  passed=$((passed + suite_passed))
  failed=$((failed + suite_failed))
done

echo '# all suites'
cat "$work/parts"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
