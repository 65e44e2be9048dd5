#!/usr/bin/env bash
# A completion, a stream and a refusal with curl.
#   npx standin --fixtures examples/fixtures &  bash examples/curl.sh
set -euo pipefail
base=${OPENAI_BASE_URL:-http://127.0.0.1:4010/v1}
key=${OPENAI_API_KEY:-sk-test}

chat() { # KEY BODY
  curl -sS -N "$base/chat/completions" -H "authorization: Bearer $1" -H 'content-type: application/json' -d "$2"
}

echo '# a completion'
chat "$key" '{ "model": "gpt-4o", "messages": [{ "role": "user", "content": "Hello!" }] }'

echo '# a stream'
chat "$key" '{ "model": "gpt-4o", "stream": true, "messages": [{ "role": "user", "content": "Hello!" }] }'

echo '# a refusal: some keys stand for one'
chat sk-exhausted '{ "model": "gpt-4o", "messages": [{ "role": "user", "content": "Hello!" }] }'
