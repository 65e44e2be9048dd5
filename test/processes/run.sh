#!/usr/bin/env bash
# Tests the built command as a process whose surroundings fail: signals, workers, files, disks and pipes.
suite=test:processes
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

command -v python3 >/dev/null || need python3
node build.js --if-stale
npx tap --reporter=tap --jobs=3 --timeout=140 test/processes/signals.test.ts test/processes/output.test.ts test/processes/terminal.test.ts \
  test/processes/workers.test.ts test/processes/memory.test.ts test/processes/load.test.ts
