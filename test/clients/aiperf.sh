#!/usr/bin/env bash
# Runs aiperf, a load tool for language models, against the server at OPENAI_BASE_URL: each request must succeed at the requested pace.
suite=test:clients
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-aiperf
"$cache/bin/aiperf" --version >/dev/null 2>&1 || need_python "$cache" 10 aiperf

# A local tokenizer counts the tokens, so that aiperf downloads none.
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
const checks = { 'all requests succeed': request_count.avg === 20, 'no token before its time': time_to_first_token.min >= 199 }
for (const [name, good] of Object.entries(checks)) console.log(`${good ? 'ok' : 'not ok'} - aiperf: ${name}`)
const failed = Object.values(checks).filter(good => !good).length
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
JS
