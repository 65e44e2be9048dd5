#!/usr/bin/env bash
# A load tool for language models asks the server at OPENAI_BASE_URL: each of its requests has to succeed, at the pace that was asked for.
set -euo pipefail
cd "$(dirname "$0")/../.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-aiperf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
need() {
  echo "test:clients needs $1" >&2
  exit 2
}
"$cache/bin/aiperf" --version >/dev/null 2>&1 || {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || need 'python3 3.10 or later for aiperf'
  python3 -m venv --clear "$cache"
  "$cache/bin/python" -m pip install --quiet --disable-pip-version-check aiperf || need 'pip to install aiperf'
}

# It counts words with a tokenizer of its own, so that nothing is fetched from a hub.
"$cache/bin/python" - "$work/tokenizer" >/dev/null 2>&1 <<'PYTHON'
import sys
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(
    vocab_size=400, special_tokens=["<unk>", "<s>", "</s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
)
tokenizer.train_from_iterator(["Hello there, how are you today? I can help with many things. "] * 20, trainer)
PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>").save_pretrained(
    sys.argv[1]
)
PYTHON

"$cache/bin/aiperf" profile --model gpt-4o --url "${OPENAI_BASE_URL%/v1}" --api-key sk-aiperf --endpoint-type chat --streaming \
  --header 'x-mock-timing: firstTokenMs=200;interTokenMs=5' --tokenizer "$work/tokenizer" --concurrency 4 --request-count 20 \
  --synthetic-input-tokens-mean 20 --output-tokens-mean 20 --ui none --output-artifact-dir "$work/out" >"$work/log" 2>&1 || {
  tail -30 "$work/log"
  echo '0 passed, 1 failed'
  exit 1
}
node - "$work/out/profile_export_aiperf.json" <<'JS'
const { request_count, time_to_first_token } = JSON.parse(require('node:fs').readFileSync(process.argv[2], 'utf8'))
const checks = { 'all requests succeed': request_count.avg === 20, 'none before its time': time_to_first_token.min >= 199 }
for (const [name, good] of Object.entries(checks)) console.log(`${good ? 'ok' : 'not ok'} - aiperf: ${name}`)
const failed = Object.values(checks).filter(good => !good).length
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
JS
