#!/usr/bin/env bash
# Opens pages of other origins in Chromium. They must not change or read a server; the server's own page must work.
suite=test:browser
# shellcheck source=test/setup.sh
source "$(dirname "$0")/../setup.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-browser
command -v npm >/dev/null || need npm
CHROMIUM=${CHROMIUM:-$(command -v chromium-browser || command -v google-chrome || echo chromium)}
need_command "$CHROMIUM" chromium
if [ ! -d "$cache/node_modules/playwright-core" ]; then
  mkdir -p "$cache"
  npm install --prefix "$cache" --silent --no-audit --no-fund --no-save playwright-core@1 || need 'npm to install playwright-core'
fi

start_standin
loopback=${base%/v1}
start_standin --host 0.0.0.0
everywhere=${base%/v1}
PLAYWRIGHT=$cache/node_modules/playwright-core/index.mjs CHROMIUM=$(command -v "$CHROMIUM") \
  node test/browser/pages.mjs "$loopback" "$everywhere"
