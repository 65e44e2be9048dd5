#!/usr/bin/env bash
# Tests the store in Redis with servers of its own, which write nothing to the disk.
suite=test:redis
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

need_command redis-server
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work" >"$work/redis.log" &
children=$!
for ((tries = 0; tries < 100; tries++)); do
  if redis-cli -p "$port" ping >/dev/null 2>&1; then break; fi
  sleep 0.1
done

node build.js --if-stale
REDIS_URL=redis://127.0.0.1:$port npx tap --reporter=tap test/redis/store.test.ts test/redis/faults.test.ts
