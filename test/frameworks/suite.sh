# Shared by all suites of frameworks, after `suite` and `folder`, the folder of the suite, are set.
# shellcheck source=test/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-frameworks/${folder##*/}
passed=0
failed=0

# count_part adds the numbers of a line `NAME: N passed, M failed, K left out`.
count_part() {
  local counts=${1#*: }
  passed=$((passed + ${counts%% *}))
  counts=${counts#*, }
  failed=$((failed + ${counts%% *}))
}

# keep_logs FILE... copies the logs of a part to SUITE_LOGS, if it is set.
keep_logs() {
  if [ -n "${SUITE_LOGS:-}" ]; then mkdir -p "$SUITE_LOGS" && cp "$@" "$SUITE_LOGS/"; fi
}

# Prints the sum of the parts and ends the suite.
end_suite() {
  print_server_log
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
