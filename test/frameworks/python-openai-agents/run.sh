#!/usr/bin/env bash
# Runs our own tests of openai-agents: its archives on PyPI have none that ask a model.
suite=test:frameworks/openai-agents
folder=test/frameworks/python-openai-agents
# shellcheck source=test/frameworks/python/suite.sh
source "$(dirname "$0")/../python/suite.sh"

need_python "$cache" 11 -r "$folder/requirements.txt"
start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base OPENAI_API_BASE=$base
run_pytest openai-agents "$folder/left-out.txt" "$folder" --asyncio-mode=auto test_openai_agents.py
end_suite
