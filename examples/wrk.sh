#!/usr/bin/env bash
# Streams with wrk: bash examples/wrk.sh [seconds]
set -euo pipefail
cd "$(dirname "$0")"
base=${OPENAI_BASE_URL:-http://127.0.0.1:4010/v1}

# Each answer is a whole stream; paced ones are for tools that look at every token.
exec wrk -t1 -c20 -d"${1:-${DURATION:-5}}s" -s wrk.lua "$base/chat/completions"
