#!/usr/bin/env bash
# Runs our own tests of pydantic-ai: its archives on PyPI have none that ask a model.
suite=test:frameworks/pydantic-ai
folder=test/frameworks/python-pydantic-ai
# shellcheck source=test/frameworks/python/suite.sh
source "$(dirname "$0")/../python/suite.sh"

need_python "$cache" 11 -r "$folder/requirements.txt"
start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base OPENAI_API_BASE=$base
run_pytest pydantic-ai "$folder/left-out.txt" "$folder" --asyncio-mode=auto test_pydantic_ai.py
end_suite
