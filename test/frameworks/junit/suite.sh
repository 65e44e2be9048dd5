# Shared by the suites of Node and Java, which source it after setting `suite` and `folder`, the folder of the suite.
# shellcheck source=test/frameworks/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/../suite.sh"

# The clients need a newer Node than Standin.
node_version=24.21.0
node_home=${XDG_CACHE_HOME:-$HOME/.cache}/standin-frameworks/node-$node_version
client_node=$node_home/node_modules/node/bin/node

# need_packages installs the packages of the suite's package.json, and the Node that runs them.
need_packages() {
  command -v npm >/dev/null || need npm
  if ! "$client_node" --version >/dev/null 2>&1; then
    mkdir -p "$node_home"
    npm install --prefix "$node_home" --silent --no-audit --no-fund --no-save "node@$node_version" || need "npm to install node@$node_version"
    [ -x "$client_node" ] || (cd "$node_home/node_modules/node" && node installArchSpecificPackage) || need "Node $node_version from npm"
  fi
  if ! cmp -s "$folder/package.json" "$cache/package.json"; then
    mkdir -p "$cache"
    rm -rf "$cache/node_modules" "$cache/package-lock.json"
    cp "$folder/package.json" "$cache/package.json"
    PATH=${client_node%/*}:$PATH npm install --prefix "$cache" --silent --no-audit --no-fund || {
      rm -f "$cache/package.json"
      need "npm to install the packages of $folder/package.json"
    }
  fi
}

# run_node NAME FILE... runs test files beside the installed packages and prints the line `NAME: N passed, M failed, K left out`.
# Packages may leave handles open, so the program ends after its last test.
run_node() {
  local name=$1 file
  shift
  mkdir -p "$cache/test"
  for file in "$@"; do cp "$folder/$file" "$cache/test/"; done
  (cd "$cache" && "$client_node" --test --test-force-exit --test-timeout 60000 --test-concurrency 1 --test-reporter junit "${@/#/test/}") \
    >"$work/$name.xml" 2>"$work/$name.log" </dev/null || true
  report "$name"
}

# report NAME counts the tests of the files NAME*.xml in JUnit's format, and prints the line of the part.
report() {
  local name=$1 line
  keep_logs "$work/$name"*.*
  node test/frameworks/junit/report.mjs "$name" "$folder/left-out.txt" "$work/$name"*.xml >"$work/report" 2>&1 || true
  cat "$work/report"
  line=$(grep -E "^$name: [0-9]+ passed, [0-9]+ failed, [0-9]+ left out$" "$work/report") || {
    line="$name: 0 passed, 1 failed, 0 left out"
    tail -n 40 "$work/$name.log"
    echo "$line"
  }
  count_part "$line"
}
