# Shared by the shell tests, which source it after setting `suite`, their npm script: a temporary folder, requirements and a server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d "${work_parent:-${TMPDIR:-/tmp}}/standin-XXXXXX")
# The processes to stop at the end.
children=
# shellcheck disable=SC2317 # called by the trap
finish() {
  local child
  for child in $children; do kill "$child" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# need WHAT ends the test with status 2: this machine lacks something.
need() {
  echo "${suite:?} needs $1" >&2
  exit 2
}

# need_command NAME [PACKAGE] installs a command with apt-get, if it is missing and this is root.
need_command() {
  local package=${2:-$1}
  if ! command -v "$1" >/dev/null && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package"; } >/dev/null 2>&1 || true
  fi
  command -v "$1" >/dev/null || need "$1: apt-get install $package"
}

# need_python FOLDER MINOR PACKAGE... creates a virtual environment of Python 3.MINOR or later with packages.
need_python() {
  local folder=$1 minor=$2
  shift 2
  python3 -c "import sys; sys.exit(sys.version_info < (3, $minor))" 2>/dev/null || need "python3 3.$minor or later"
  python3 -c 'import venv, ensurepip' 2>/dev/null || need 'venv and pip for python3: apt-get install python3-venv'
  "$folder/bin/python" -c '' 2>/dev/null || python3 -m venv --clear "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade "$@" || need "pip to install $*"
}

# start_standin OPTION... builds and starts the server on a free port, and sets `base` to its URL with /v1.
start_standin() {
  local log=$work/server.log server tries
  node build.js --if-stale
  : >"$log"
  node dist/cli.js --port 0 --log-level warn "$@" >"$log" 2>&1 &
  server=$!
  children="$children $server"
  base=
  for ((tries = 0; tries < 100 && ${#base} == 0; tries++)); do
    base=$(sed -n 's/^Standin listens on \(http[^ ]*\).*/\1/p' "$log")
    if [ -z "$base" ]; then
      kill -0 "$server" 2>/dev/null || break
      sleep 0.1
    fi
  done
  [ -n "$base" ] || { cat "$log" >&2; echo 'the server did not start' >&2; exit 1; }
}

# The log of the server has the errors that no client reported.
print_server_log() { sed '1d;s/^/# server: /' "$work/server.log"; }
