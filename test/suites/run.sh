#!/usr/bin/env bash
# Runs the generated tests of the official clients against Standin, as docs/validation.md describes: the tests of chat completions,
# their messages and models of openai-python and openai-go, and of openai-node where OPENAI_NODE_TESTS names a checkout.
suite=test:suites
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-suites
go_version=v3.98.0
passed=0
failed=0

# add NAME PASSED FAILED prints and adds the numbers of a part. A part that ran nothing has failed.
add() {
  local part_failed=$3
  if [ "$2" -eq 0 ] && [ "$3" -eq 0 ]; then part_failed=1; fi
  echo "$1: $2 passed, $part_failed failed"
  passed=$((passed + $2))
  failed=$((failed + part_failed))
}

# count PATTERN FILE prints how many lines match.
count() { grep -cE "$1" "$2" || true; }

node test/suites/recipe.js "$work/fixtures" >"$work/options"
read -r -a options <"$work/options"
start_standin "${options[@]}"
export TEST_API_BASE_URL=$base

echo '# openai-python'
need_python "$cache/python" 11 -r test/suites/requirements.txt
version=$(sed -n 's/^openai==//p' test/suites/requirements.txt)
sources=$cache/openai-$version
if [ ! -d "$sources" ]; then
  "$cache/python/bin/python" -m pip download --quiet --no-deps --no-binary :all: --dest "$work" "openai==$version" ||
    need "the source archive of openai $version from PyPI"
  tar -xzf "$work/openai-$version.tar.gz" -C "$work"
  mv "$work/openai-$version" "$sources"
fi
status=0
(cd "$sources" && "$cache/python/bin/python" -m pytest -o addopts= -p no:cacheprovider --tb=short -q --timeout 60 -rA \
  tests/api_resources/chat tests/api_resources/test_models.py) >"$work/python" 2>&1 || status=$?
grep -E '^(FAILED|ERROR) ' "$work/python" | sed 's/^/not ok /' || true
if [ "$status" -gt 1 ]; then tail -n 30 "$work/python"; fi
add openai-python "$(count '^PASSED ' "$work/python")" "$(count '^(FAILED|ERROR|SKIPPED) ' "$work/python")"

echo '# openai-go'
need_command go golang
mkdir -p "$cache/go"
cat >"$cache/go/go.mod" <<EOF
module standin.test/suites
go 1.22
require github.com/openai/openai-go/v3 $go_version
EOF
(cd "$cache/go" && go mod download "github.com/openai/openai-go/v3@$go_version") || need "openai-go $go_version from the Go proxy"
module=$(cd "$cache/go" && GOFLAGS=-mod=mod go list -m -f '{{.Dir}}' github.com/openai/openai-go/v3)
# The folder of a module is read-only, and the tests of its root need all of its code.
cp -r "$module" "$work/openai-go"
chmod -R u+w "$work/openai-go"
(cd "$work/openai-go" && GOFLAGS=-mod=mod go test -count=1 -v -run '^Test(ChatCompletion|Model)(New|Get|Update|List|Delete|Message)' .) \
  >"$work/go" 2>&1 || true
grep -E '^--- FAIL' "$work/go" | sed 's/^/not ok /' || true
if ! grep -q '^--- ' "$work/go"; then tail -n 30 "$work/go"; fi
add openai-go "$(count '^--- PASS' "$work/go")" "$(count '^--- (FAIL|SKIP)' "$work/go")"

if [ -n "${OPENAI_NODE_TESTS:-}" ]; then
  echo '# openai-node'
  (cd "$OPENAI_NODE_TESTS" && npx jest tests/api-resources/chat tests/api-resources/models.test.ts --verbose) \
    >"$work/node" 2>&1 || true
  grep -E '^ +✕' "$work/node" | sed 's/^ */not ok /' || true
  add openai-node "$(count '^ +✓' "$work/node")" "$(count '^ +✕' "$work/node")"
fi

print_server_log
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
