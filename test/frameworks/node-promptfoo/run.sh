#!/usr/bin/env bash
# Runs our own tests of promptfoo: its package on npm has none that ask a model.
suite=test:frameworks/promptfoo
folder=test/frameworks/node-promptfoo
# shellcheck source=test/frameworks/junit/suite.sh
source "$(dirname "$0")/../junit/suite.sh"

need_packages
start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base
# promptfoo asks its own servers for news, telemetry and some gradings.
export PROMPTFOO_CONFIG_DIR=$work/promptfoo PROMPTFOO_DISABLE_TELEMETRY=1 PROMPTFOO_DISABLE_UPDATE=1
export PROMPTFOO_DISABLE_REMOTE_GENERATION=1 PROMPTFOO_DISABLE_SHARING=1 LOG_LEVEL=error
run_node promptfoo promptfoo.test.mjs
end_suite
