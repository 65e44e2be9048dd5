#!/usr/bin/env bash
# Runs cases of our own with the Azure classes of LangChain and Semantic Kernel.
suite=test:frameworks/azure
folder=test/frameworks/python-azure
# shellcheck source=test/frameworks/python/suite.sh
source "$(dirname "$0")/../python/suite.sh"

need_python "$cache" 11 -r "$folder/requirements.txt"
start_standin
export STANDIN_URL=${base%/v1} AZURE_OPENAI_API_KEY=sk-test OPENAI_API_VERSION=2024-10-21
run_pytest azure "$folder/left-out.txt" "$folder" --asyncio-mode=auto test_azure.py
end_suite
