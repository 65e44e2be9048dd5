#!/usr/bin/env bash
# A load of whole completions with autocannon.
#   npx standin --log-level warn &  bash examples/autocannon.sh
set -euo pipefail
base=${OPENAI_BASE_URL:-http://127.0.0.1:4010/v1}

npx autocannon --connections 50 --duration "${DURATION:-10}" --method POST \
  --headers "authorization=Bearer ${OPENAI_API_KEY:-sk-test}" \
  --headers content-type=application/json \
  --body '{ "model": "gpt-4o", "messages": [{ "role": "user", "content": "Hello!" }] }' \
  "$base/chat/completions"
