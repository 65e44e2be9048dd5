#!/usr/bin/env bash
# Runs Standin on versions of Node: a fresh clone of the commit is installed, built, started and asked, and its quick tests run.
# usage: npm run test:node               on Node 20, 22, 24 and the newest
#        npm run test:node -- VERSION... on these; whatever npm knows as a version of the package `node`
# Changes that are not committed are not tested. It needs Node, npm and git.
set -u -o pipefail
set -m # each server is a group of processes, and stops as a whole
cd "$(dirname "$0")/../.." || exit 1

versions=("$@")
[ $# -gt 0 ] || versions=(20 22 24 latest)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-node
here=$PATH
work=$(mktemp -d)
group=
passed=0
failed=0

# shellcheck disable=SC2317 # called by the trap
finish() {
  stop
  rm -rf "$work"
}
trap finish EXIT

stop() {
  if [ -n "$group" ]; then
    kill -KILL -- "-$group" 2>/dev/null
    wait "$group" 2>/dev/null
  fi
  group=
}

# check NAME COMMAND... counts the command as a test, and shows its output when it fails.
check() {
  local name=$1 started=$SECONDS
  shift
  if "$@" >"$work/output" 2>&1; then
    passed=$((passed + 1))
    echo "ok - $name ($((SECONDS - started)) s)"
  else
    failed=$((failed + 1))
    echo "not ok - $name"
    { grep -E '^ *not ok' "$work/output"; tail -n 60 "$work/output"; } | sed 's/^/  # /'
    return 1
  fi
}

# Node of a version, from npm. Its script is run by hand where npm does not run the scripts of packages.
install_node() { # VERSION
  local home=$cache/$1
  mkdir -p "$home"
  npm install --prefix "$home" --no-audit --no-fund "node@$1" || return 1
  [ -x "$home/node_modules/node/bin/node" ] || (cd "$home/node_modules/node" && node installArchSpecificPackage) || return 1
  "$home/node_modules/node/bin/node" --version
}

clone() { # DIRECTORY
  git clone --quiet --no-checkout . "$1" && git -C "$1" checkout --quiet --detach "$commit"
}

# start COMMAND... starts a server, waits until it listens, and sets its address as base.
start() {
  base=
  : >"$work/server.log"
  "$@" >"$work/server.log" 2>&1 &
  group=$!
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    base=$(sed -n 's/^Standin listens on \(http[^ ]*\).*/\1/p' "$work/server.log")
    [ -z "$base" ] || return 0
    kill -0 "$group" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/server.log"
  return 1
}

# The answers of a server that a command starts.
answers() { # COMMAND...
  local status=0
  start "$@" && node test/node-versions/ask.mjs "$base" || status=1
  stop
  return "$status"
}

# Ends a build once the one before it counts for nothing, as a full disk or an impatient user would.
break_off() {
  node build.js &
  group=$!
  while [ -e dist/.complete ] && kill -0 "$group" 2>/dev/null; do sleep 0.01; done
  stop
  [ ! -e dist/.complete ]
}

on_version() { # VERSION
  local home=$work/$1 version
  check "Node $1: comes from npm" install_node "$1" || return
  PATH=$cache/$1/node_modules/node/bin:$here
  hash -r
  version="Node $(node --version)"
  check "$version: git clones the commit" clone "$home" || return
  cd "$home" || return
  check "$version: npm ci installs and builds" npm ci --no-audit --no-fund || return
  check "$version: the command answers a completion and a stream" answers node dist/cli.js --port 0
  PATH=$here check "$version: what it built answers on Node $(PATH=$here node --version) too" answers node dist/cli.js --port 0
  check "$version: a build can be broken off" break_off
  check "$version: npm start builds anew, and answers" answers npm start -- --port 0
  check "$version: the quick tests pass" npm run --silent test:quick
  tail -n 3 "$work/output" | sed 's/^/  # /'
}

commit=$(git rev-parse HEAD) || exit 1
root=$PWD
for each in "${versions[@]}"; do
  on_version "$each"
  PATH=$here
  cd "$root" || exit 1
  rm -rf "${work:?}/$each"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
