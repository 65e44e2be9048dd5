#!/usr/bin/env bash
# Runs twelve cases of our own with Haystack's OpenAIChatGenerator: its source archive holds no tests.
suite=test:frameworks/haystack
folder=test/frameworks/python-haystack
# shellcheck source=test/frameworks/python/suite.sh
source "$(dirname "$0")/../python/suite.sh"

need_python "$cache" 11 -r "$folder/requirements.txt"
start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base HAYSTACK_TELEMETRY_ENABLED=False
run_pytest haystack "$folder/left-out.txt" "$folder" --asyncio-mode=auto test_generator.py
end_suite
