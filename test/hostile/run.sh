#!/usr/bin/env bash
# Sends hostile inputs to servers over sockets: each must get the right response, and the next request must be answered.
suite=test:hostile
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

node build.js --if-stale
node test/hostile/run.mjs "$work" "$@"
