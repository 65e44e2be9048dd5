#!/usr/bin/env bash
# The store in Redis, against a server of its own that keeps nothing on disk.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v redis-server >/dev/null && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server; } >/dev/null 2>&1 || true
fi
command -v redis-server >/dev/null || { echo 'test:redis needs redis-server: apt-get install redis-server' >&2; exit 2; }

work=$(mktemp -d)
redis=
# shellcheck disable=SC2317 # called by the trap
finish() {
  if [ -n "$redis" ]; then kill "$redis" 2>/dev/null || true; fi
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work" >"$work/redis.log" &
redis=$!
for ((tries = 0; tries < 100; tries++)); do
  if redis-cli -p "$port" ping >/dev/null 2>&1; then break; fi
  sleep 0.1
done

node build.js --if-stale
status=0
REDIS_URL=redis://127.0.0.1:$port npx tap --reporter=tap test/redis/store.test.ts || status=$?
exit "$status"
