#!/usr/bin/env bash
# Builds the image without a container engine, and tests it as a container runs it: as PID 1, not as root, with a read-only root.
# The base images are built here: Debian with debootstrap, and Node from npm. The cache keeps them for the next run.
# Quoted programs run in other shells, and the trap calls finish.
# shellcheck disable=SC2016,SC2317
set -euo pipefail
cd "$(dirname "$0")/../.."

node_line=24
suite=bookworm
cache=${XDG_CACHE_HOME:-$HOME/.cache}/standin-image
work=$(mktemp -d)
passed=0
failed=0
children=()
containers=()

export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
bh() { buildah --root "$cache/storage" --runroot "$work/run" "$@"; }

finish() {
  local child container
  for child in "${children[@]}"; do kill -KILL "$child" 2>/dev/null || true; done
  wait 2>/dev/null || true
  for container in "${containers[@]}"; do bh rm "$container" >/dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap finish EXIT

ok() { passed=$((passed + 1)); echo "ok - $1"; }
not_ok() { failed=$((failed + 1)); echo "not ok - $1"; }

# check NAME COMMAND... runs the command; its output is shown when it fails.
check() {
  local name=$1
  shift
  if "$@" >"$work/output" 2>&1; then ok "$name"; else not_ok "$name"; sed 's/^/  # /' "$work/output"; fi
}

# fails COMMAND... turns a failure into a success. The subshell drops what the command counts and starts.
fails() { ! ("$@" && kill -KILL "$started"); }

# same NAME ACTUAL EXPECTED
same() {
  if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1"; printf '  # got      %s\n  # expected %s\n' "$2" "$3"; fi
}

need_tools() {
  local missing=() tool
  for tool in buildah debootstrap curl unshare; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "# installing ${missing[*]}"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]/unshare/util-linux}"; } \
      >"$work/apt.log" 2>&1 || tail -5 "$work/apt.log" >&2
  fi
  for tool in "${missing[@]}"; do
    command -v "$tool" >/dev/null || { echo "test:image needs $tool: apt-get install $tool" >&2; exit 2; }
  done
}

# Builds the base with Node and npm for BUILD_IMAGE, and without npm for RUNTIME_IMAGE.
make_bases() {
  if bh inspect --type image "localhost/standin-base:$node_line" >/dev/null 2>&1 &&
    bh inspect --type image "localhost/standin-build:$node_line" >/dev/null 2>&1; then
    return
  fi
  local rootfs=$work/base/rootfs arch certificates=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) echo "test:image finds no Node on npm for $(uname -m)" >&2; exit 2 ;;
  esac
  mkdir -p "$work/base" "$cache"
  if [ ! -f "$cache/$suite.tar" ]; then
    echo "# debootstrap $suite"
    debootstrap --variant=minbase "$suite" "$rootfs" >"$work/debootstrap.log" 2>&1 || { tail -5 "$work/debootstrap.log" >&2; exit 2; }
    rm -rf "$rootfs"/var/cache/apt/archives/*.deb "$rootfs"/var/lib/apt/lists/* "$rootfs"/var/log/*
    tar -C "$rootfs" --exclude='./dev/*' -cf "$work/$suite.tar" .
    mv "$work/$suite.tar" "$cache/$suite.tar"
    rm -rf "$rootfs"
  fi
  echo "# Node $node_line and npm"
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work/base/node" "node-linux-$arch@$node_line" </dev/null
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work/base/npm" npm@11 </dev/null
  cp "$cache/$suite.tar" "$work/base/rootfs.tar"
  cp "$work/base/node/node_modules/node-linux-$arch/bin/node" "$work/base/node-binary"
  mv "$work/base/npm/node_modules/npm" "$work/base/npm-package"
  # The build trusts the certificates of this machine, for a registry behind a proxy.
  if [ -f "$certificates" ]; then cp "$certificates" "$work/base/certificates.crt"; else : >"$work/base/certificates.crt"; fi
  cat >"$work/base/Base" <<'DOCKERFILE'
FROM scratch
ADD rootfs.tar /
COPY node-binary /usr/local/bin/node
CMD ["node"]
DOCKERFILE
  cat >"$work/base/Build" <<DOCKERFILE
FROM localhost/standin-base:$node_line
COPY npm-package /usr/local/lib/node_modules/npm
COPY certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
DOCKERFILE
  build -f "$work/base/Base" -t "localhost/standin-base:$node_line" "$work/base"
  build -f "$work/base/Build" -t "localhost/standin-build:$node_line" "$work/base"
  rm -rf "$work/base"
}

build() {
  bh bud --pull-never --format docker "$@" >"$work/build.log" 2>&1 || { tail -40 "$work/build.log" >&2; echo 'the build failed' >&2; return 1; }
}

# field EXPRESSION prints a part of the image's configuration, one list entry a line.
field() {
  node -e '
    const image = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).Docker.config
    const value = new Function("image", `return ${process.argv[2]}`)(image)
    console.log(Array.isArray(value) ? value.join("\n") : value)
  ' "$work/image.json" "$1"
}

# start NAME ROOT FIXTURES runs the entrypoint of the image as PID 1 with a read-only root, and waits until it is ready.
start() {
  local name=$1 root=$2 fixtures=$3 entrypoint env
  mapfile -t entrypoint < <(field 'image.Entrypoint')
  mapfile -t env < <(field 'image.Env')
  port=$(free_port)
  unshare --mount --pid --fork --kill-child bash -c '
    set -e
    root=$1 fixtures=$2 user=$3 directory=$4
    shift 4
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mount --bind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount -o remount,bind,ro "$root"
    if [ -n "$fixtures" ]; then
      mount --bind "$fixtures" "$root/fixtures"
      mount -o remount,bind,ro "$root/fixtures"
    fi
    exec chroot --userspec="$user" "$root" /usr/bin/env -i --chdir="$directory" "$@"
  ' container "$root" "$fixtures" "$(field image.User)" "$(field image.WorkingDir)" \
    "${env[@]}" "PORT=$port" "${entrypoint[@]}" >"$work/$name.log" 2>&1 &
  started=$!
  children+=("$started")
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    if curl -sf "http://127.0.0.1:$port/_mock/ready" >/dev/null; then
      inside=$(cat "/proc/$started/task/$started/children")
      inside=${inside%% *}
      ok "$name: is ready"
      return
    fi
    kill -0 "$started" 2>/dev/null || break
    sleep 0.1
  done
  not_ok "$name: is ready"
  sed 's/^/  # /' "$work/$name.log"
  return 1
}

# stop NAME sends SIGTERM to the server, and checks for exit status 0.
stop() {
  local status=0
  kill -TERM "$inside"
  wait "$started" || status=$?
  same "$1: SIGTERM ends it with status 0" "$status" 0
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, () => { console.log(s.address().port); s.close() })'
}

chat() { # BODY
  curl -sS -N -m 20 "http://127.0.0.1:$port/v1/chat/completions" -H 'authorization: Bearer sk-test' \
    -H 'content-type: application/json' -d "$1"
}

content() { node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).choices[0].message.content'; }

question() { # TEXT [MORE]
  printf '{"model":"gpt-4o",%s"messages":[{"role":"user","content":"%s"}]}' "${2:-}" "$1"
}

in_image() { # COMMAND... runs as the user of the image, with its environment
  local env
  mapfile -t env < <(field 'image.Env')
  chroot --userspec="$(field image.User)" "$root" /usr/bin/env -i "${env[@]}" "PORT=$port" "$@"
}

need_tools
[ "$(id -u)" -eq 0 ] || { echo 'test:image needs root, for debootstrap and namespaces' >&2; exit 2; }
mkdir -p "$cache"
make_bases

echo '# building the image'
SECONDS=0
if build --build-arg "BUILD_IMAGE=localhost/standin-build:$node_line" \
  --build-arg "RUNTIME_IMAGE=localhost/standin-base:$node_line" --build-arg VERSION=1.2.3 -t localhost/standin:test .; then
  ok "the image builds (${SECONDS} s)"
else
  not_ok 'the image builds'
  echo "$passed passed, $failed failed"
  exit 1
fi
bh inspect --type image localhost/standin:test >"$work/image.json"
container=$(bh from --pull-never localhost/standin:test)
containers+=("$container")
root=$(bh mount "$container")
container=$(bh from --pull-never "localhost/standin-base:$node_line")
containers+=("$container")
base=$(bh mount "$container")

added=$(($(du -sk "$root" | cut -f1) - $(du -sk "$base" | cut -f1)))
echo "# the image adds $((added / 1024)) MB ($added KiB) to its base"
check 'it adds less than 60 MB to its base' test "$added" -lt 60000
same 'its user is a number and not root' "$(field image.User)" 65532:65532
same 'its entrypoint is in exec form' "$(field 'image.Entrypoint.join(" ")')" 'node /app/dist/cli.js'
same 'its health check is in exec form' "$(field 'image.Healthcheck.Test.join(" ")')" 'CMD node /app/dist/cli.js health'
same 'it exposes its port' "$(field 'Object.keys(image.ExposedPorts)')" 4010/tcp
same 'it is stopped by SIGTERM' "$(field image.StopSignal)" SIGTERM
same 'its label has the version' "$(field 'image.Labels["org.opencontainers.image.version"]')" 1.2.3
check 'it holds no node_modules, sources or source maps' \
  node -e 'const found = require("node:fs").readdirSync(process.argv[1], { recursive: true }).filter(name => /node_modules|\.map$|\.ts$/.test(name)); if (found.length) { console.log(found.join("\n")); process.exit(1) }' "$root/app"
check 'it has its licence' test -s "$root/app/LICENSE"
check 'it has the licences of what is bundled' grep -q '^fastify .*(MIT)$' "$root/app/dist/THIRD-PARTY-LICENSES.txt"
check 'it has the notice of Swagger UI' grep -q 'SmartBear Software' "$root/app/dist/THIRD-PARTY-LICENSES.txt"
port=0
check 'standin --version runs in it' in_image node /app/dist/cli.js --version
check 'standin check passes in it' in_image node /app/dist/cli.js check

if start plain "$root" ''; then
  same 'plain: is PID 1 of its container, as user 65532' "$(awk '/^NSpid|^Uid/ { print $NF }' "/proc/$inside/status" | paste -sd' ')" '65532 1'
  check 'plain: the health check passes' in_image node /app/dist/cli.js health
  check 'plain: the health check fails without a server' bash -c "! chroot '$root' /usr/local/bin/node /app/dist/cli.js health --port 1"
  example='{"model":"gpt-4o","messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Hello!"}]}'
  same 'plain: a built-in fixture matches' "$(chat "$example" | content)" 'Hello! How can I help you today?'
  chat "$(question 'Hello!' '"stream":true,')" >"$work/stream"
  check 'plain: a stream comes in chunks' grep -q '^data: {"id":"chatcmpl-.*"object":"chat.completion.chunk"' "$work/stream"
  same 'plain: a stream ends with [DONE]' "$(grep . "$work/stream" | tail -1)" 'data: [DONE]'
  check 'plain: a request without a fixture gets a generated reply' sh -c 'test -n "$1"' _ "$(chat "$(question 'Tell me a story.')" | content)"
  check 'plain: the start prints that /_mock/ is open' grep -q '^On 0.0.0.0, everybody who reaches the port can use /_mock/' "$work/plain.log"
  check 'plain: the page is served' curl -sf "http://127.0.0.1:$port/_mock/"
  for asset in page/page.js page/page.css docs docs/swagger-ui-bundle.js; do
    check "plain: /_mock/$asset is served" curl -sf "http://127.0.0.1:$port/_mock/$asset"
  done
  stop plain
fi

if start mounted "$root" "$PWD/examples/fixtures"; then
  same 'mounted: a mounted fixture matches' "$(chat "$(question 'What is the weather in Oslo?')" | content)" 'It is 21 °C in Oslo.'
  check 'mounted: a mounted tool call streams' grep -q '"finish_reason":"tool_calls"' <<<"$(chat "$(question \
    'What is the weather in Oslo?' '"stream":true,"tools":[{"type":"function","function":{"name":"get_weather"}}],')")"
  : >"$work/open"
  # The server stops while a paced stream is open. The stream must end with [DONE].
  curl -sS -N -m 20 "http://127.0.0.1:$port/v1/chat/completions" -H 'authorization: Bearer sk-test' \
    -H 'content-type: application/json' -H 'x-mock-timing: firstTokenMs=100, interTokenMs=100' \
    -d "$(question 'What is the weather in Oslo?' '"stream":true,')" >"$work/open" &
  open=$!
  children+=("$open")
  for ((tries = 0; tries < 100; tries++)); do
    if grep -q '^data: ' "$work/open"; then break; fi
    sleep 0.05
  done
  stop mounted
  wait "$open" || true
  same 'mounted: a stream that was open at SIGTERM still ends with [DONE]' "$(grep . "$work/open" | tail -1)" 'data: [DONE]'
fi

mkdir "$work/bad"
echo 'reply: { txt: typo }' >"$work/bad/typo.yaml"
check 'broken: a server does not start' fails start broken "$root" "$work/bad"
check 'broken: the error of the start has the location in the fixture' grep -q '/fixtures/typo.yaml:1:' "$work/broken.log"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
