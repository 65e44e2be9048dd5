#!/usr/bin/env bash
# Runs our own tests of dspy: its archives on PyPI have none that ask a model.
suite=test:frameworks/dspy
folder=test/frameworks/python-dspy
# shellcheck source=test/frameworks/python/suite.sh
source "$(dirname "$0")/../python/suite.sh"

need_python "$cache" 11 -r "$folder/requirements.txt"
start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base OPENAI_API_BASE=$base
export LITELLM_LOCAL_MODEL_COST_MAP=True
run_pytest dspy "$folder/left-out.txt" "$folder" --asyncio-mode=auto test_dspy.py
end_suite
