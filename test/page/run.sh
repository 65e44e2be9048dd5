#!/usr/bin/env bash
# Uses every part of the page at /_mock/ in Chromium, and checks it with axe-core. SHOTS=FOLDER also writes screenshots there.
suite=test:page
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-page
command -v npm >/dev/null || need npm
CHROMIUM=${CHROMIUM:-$(command -v chromium-browser || command -v google-chrome || echo chromium)}
need_command "$CHROMIUM" chromium
need_command curl
if [ ! -d "$cache/node_modules/playwright-core" ] || [ ! -d "$cache/node_modules/axe-core" ]; then
  mkdir -p "$cache"
  npm install --prefix "$cache" --silent --no-audit --no-fund --no-save playwright-core@1 axe-core@4 ||
    need 'npm to install playwright-core and axe-core'
fi

start_standin --fixtures test/page/fixtures --journal-mb 64
open=${base%/v1}
start_standin --fixtures none --admin-key admin-secret
guarded=${base%/v1}
start_standin --fixtures none
empty=${base%/v1}
start_standin --fixtures none --validate warn
lenient=${base%/v1}
PLAYWRIGHT=$cache/node_modules/playwright-core/index.mjs AXE=$cache/node_modules/axe-core/axe.min.js \
  CHROMIUM=$(command -v "$CHROMIUM") node test/page/main.mjs "$open" "$guarded" "$empty" "$lenient"
