#!/usr/bin/env bash
# Runs our own tests of the AI SDK: its packages on npm have none that ask a model.
suite=test:frameworks/ai-sdk
folder=test/frameworks/node-ai-sdk
# shellcheck source=test/frameworks/junit/suite.sh
source "$(dirname "$0")/../junit/suite.sh"

need_packages
start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base
run_node ai-sdk ai-sdk.test.mjs
end_suite
