#!/usr/bin/env bash
# Runs the tests that README.md and docs/testing.md show under vitest, jest, node:test, tap and pytest, with the packed package. Each
# test that asks about the weather runs again with another question: it must fail and report what did not match.
suite=test:runners
cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-runners
mkdir -p "$cache"
# The tests find the installed runners above their own folder.
work_parent=$cache
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

# The environment of the clients, which also has the Python SDK.
venv=${XDG_CACHE_HOME:-$HOME/.cache}/standin-clients
python=$venv/bin/python
command -v npm >/dev/null || need npm
need_python "$venv" 9 openai pytest

node build.js --if-stale
npx tsc -p tsconfig.build.json
npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
echo '{ "private": true, "type": "module" }' >"$cache/package.json"
npm install --prefix "$cache" --no-save --no-audit --no-fund --prefer-offline --loglevel=error \
  vitest@4 jest@30 tap@21 openai@6 "$work"/standin-*.tgz >"$work/npm.log" 2>&1 ||
  { cat "$work/npm.log" >&2; need 'npm to install vitest, jest and tap'; }
bin=$cache/node_modules/.bin

# run RUNNER FOLDER FILE
run() {
  cd "$2"
  case $1 in
    vitest) "$bin/vitest" run --root . ;;
    jest) NODE_OPTIONS=--experimental-vm-modules "$bin/jest" --rootDir . --testEnvironment node ;;
    node-test) node --test "$3" ;;
    tap) TAP_DISABLE_COVERAGE=1 "$bin/tap" run --disable-coverage --allow-empty-coverage --reporter=tap "$3" ;;
    pytest) STANDIN_COMMAND="$bin/standin" "$python" -m pytest -q -p no:cacheprovider "$3" ;;
  esac
}

passed=0
failed=0
# check NAME STATUS LOG
check() {
  if [ "$2" -eq 0 ]; then
    passed=$((passed + 1))
    echo "ok - $1"
  else
    failed=$((failed + 1))
    echo "not ok - $1"
    sed 's/^/  # /' "$3"
  fi
}

while read -r runner home file page; do
  echo '{ "private": true, "type": "module" }' >"$home/package.json"
  if [ "$runner" = pytest ]; then cp examples/pytest_standin.py "$home/conftest.py"; fi
  status=0
  (run "$runner" "$home" "$file") >"$work/log" 2>&1 </dev/null || status=1
  check "$file of $page under $runner" "$status" "$work/log"
  if [[ $file == *.ts ]]; then
    status=0
    node_modules/.bin/tsc --noEmit --strict --skipLibCheck --module nodenext --target es2022 --types node \
      --typeRoots node_modules/@types "$home/$file" >"$work/log" 2>&1 || status=1
    check "$file of $page has types" "$status" "$work/log"
  fi
  grep -q 'How is the weather?' "$home/$file" && grep -q 'add(' "$home/$file" || continue
  sed -i.bak 's/How is the weather?/What is the time?/' "$home/$file"
  rm "$home/$file.bak"
  status=0
  if (run "$runner" "$home" "$file") >"$work/log" 2>&1 </dev/null; then status=1; fi
  grep -qiE '(met|matched) no fixture' "$work/log" || status=1
  grep -q 'lastUser: expected to contain "weather", was "What is the time?"' "$work/log" || status=1
  check "$file of $page reports under $runner why it fails" "$status" "$work/log"
done < <(node test/runners/extract.mjs "$work")

if [ "$((passed + failed))" -eq 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
