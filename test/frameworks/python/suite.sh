# Shared by the Python suites, which source it after setting `suite` and `folder`, the folder of the suite.
# shellcheck source=test/frameworks/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/../suite.sh"

python=$cache/bin/python

# sdist NAME VERSION [PARENT] prints the folder of a package's source archive, which has its tests, unpacked below PARENT.
sdist() {
  local archive=${1//-/_}-$2 folder=$cache/sdist/${3:-}
  if [ ! -d "$folder/$archive" ]; then
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary "$1" --dest "$work" "$1==$2" >&2 ||
      need "the source archive of $1 $2 from PyPI"
    mkdir -p "$folder"
    tar -xzf "$work/$archive.tar.gz" -C "$work"
    mv "$work/$archive" "$folder/"
  fi
  echo "$folder/$archive"
}

# run_pytest NAME LEFT_OUT FOLDER ARGUMENT... runs pytest in a folder and prints the line `NAME: N passed, M failed, K left out`.
run_pytest() {
  local name=$1 left_out=$PWD/$2 home=$3 plugins=$PWD/test/frameworks/python:$PWD/$folder log=$work/$1.log status=0 line
  shift 3
  (cd "$home" && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$plugins LEFT_OUT=$left_out SUITE_NAME=$name \
    "$python" -m pytest -q -p left_out -p no:cacheprovider --continue-on-collection-errors --timeout 60 --tb=short -rN "$@") \
    >"$log" 2>&1 </dev/null || status=$?
  line=$(grep -E "^$name: [0-9]+ passed, [0-9]+ failed, [0-9]+ left out$" "$log" | tail -n1) || true
  # Status 1 means that tests failed; the rest means that pytest did.
  if [ -z "$line" ] || [ "$status" -gt 1 ]; then
    line="$name: 0 passed, 1 failed, 0 left out"
    tail -n 40 "$log"
  fi
  keep_logs "$log"
  grep -E '^(not ok|#) ' "$log" || true
  echo "$line"
  count_part "$line"
}
