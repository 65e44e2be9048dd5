#!/usr/bin/env bash
# Runs our own tests of deepeval: its archives on PyPI have none that ask a model.
suite=test:frameworks/deepeval
folder=test/frameworks/python-deepeval
# shellcheck source=test/frameworks/python/suite.sh
source "$(dirname "$0")/../python/suite.sh"

need_python "$cache" 11 -r "$folder/requirements.txt"
start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base OPENAI_API_BASE=$base
export DEEPEVAL_TELEMETRY_OPT_OUT=YES DEEPEVAL_DISABLE_DOTENV=1 DEEPEVAL_CACHE_FOLDER=$work/deepeval
run_pytest deepeval "$folder/left-out.txt" "$folder" --asyncio-mode=auto test_deepeval.py
end_suite
