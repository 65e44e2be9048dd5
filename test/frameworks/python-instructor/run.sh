#!/usr/bin/env bash
# Runs instructor's own live tests with OpenAI, and its tests of all providers in each further mode of Chat Completions.
suite=test:frameworks/instructor
folder=test/frameworks/python-instructor
# shellcheck source=test/frameworks/python/suite.sh
source "$(dirname "$0")/../python/suite.sh"

need_python "$cache" 11 -r "$folder/requirements.txt"
version=$(sed -n 's/^instructor==//p' "$folder/requirements.txt")
archive=$(sdist instructor "$version")

start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base
run_pytest instructor "$folder/left-out.txt" "$archive" -p own_assets tests/llm/test_openai tests/llm/test_core_providers
for mode in JSON MD_JSON JSON_SCHEMA; do
  INSTRUCTOR_MODE=$mode run_pytest "instructor-$mode" "$folder/left-out-modes.txt" "$archive" -p one_mode tests/llm/test_core_providers
done
run_pytest instructor-PARALLEL_TOOLS "$folder/left-out-modes.txt" "$folder" test_parallel.py
end_suite
