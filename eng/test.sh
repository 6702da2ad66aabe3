#!/usr/bin/env bash
# Everything the tests need, then all tests, then what users meet: the packages, and an application built from them alone.
#
#   eng/test.sh
#
# Its last line is `N passed, N failed`, over the tests of all projects and the checks around them (each check counts as one).
# Exit code: 0 when nothing failed and something passed.
#
# HYBRIDLLM_LLAMA_SERVER   the llama-server to test with; otherwise eng/get-llama-server.sh gets one. Where there is none, the tests that need it
#                          are skipped, unless CI=true: then its absence is a failure.
# HYBRIDLLM_TEST_NEO4J_URI a Neo4j to test with (and _USER, _PASSWORD), whose contents are deleted; otherwise one is started from the folder with models and
#                          transcripts, and stopped at the end. Where that folder or java is missing, the tests that need it are skipped.
# HYBRIDLLM_SHARED         the folder with models and transcripts; otherwise ../shared. What needs it is skipped where it is absent.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

work=$(mktemp -d "${TMPDIR:-/tmp}/hybridllm-test.XXXXXX")
trap 'stop_neo4j; rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
failures=() skips=()

say() { printf '%-8s %s\n' "$1" "$2"; }

pass() { passed=$((passed + 1)); say ok "$1"; }

fail() { failed=$((failed + 1)); failures+=("$1"); say FAILED "$1"; }

skip() { skipped=$((skipped + 1)); skips+=("$1: $2"); say skipped "$1: $2"; }

finish() {
  if ((${#skips[@]})); then printf '\nSkipped:\n'; printf '  %s\n' "${skips[@]}"; fi
  if ((${#failures[@]})); then printf '\nFailed:\n'; printf '  %s\n' "${failures[@]}"; fi
  printf '\n%d skipped\n%d passed, %d failed\n' "$skipped" "$passed" "$failed"
  ((failed == 0 && passed > 0)) && exit 0 || exit 1
}

# check NAME COMMAND...: one check; what the command says is shown only when it fails.
check() {
  local name=$1 start=$SECONDS; shift
  if "$@" >"$work/log" 2>&1 </dev/null; then
    pass "$name ($((SECONDS - start)) s)"
  else
    cat "$work/log"
    fail "$name"
    return 1
  fi
}

# count NAME FILE: a counter of a test result file.
count() { grep -o '<Counters [^>]*' "$2" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }

# run_tests PROJECT: runs the tests of a project and counts them.
run_tests() {
  local name results start=$SECONDS status=0 total executed good bad
  name=$(basename "$1" .csproj)
  results=$work/$name.trx
  timeout 600 dotnet test "$1" -c Release --no-build -nologo --logger "trx;LogFileName=$results" \
    --blame-hang-timeout 5m --blame-hang-dump-type none --results-directory "$work/results" >"$work/log" 2>&1 </dev/null || status=$?
  if [ ! -f "$results" ]; then
    cat "$work/log"
    fail "$name: no test ran (exit code $status)"
    return
  fi

  total=$(count total "$results") executed=$(count executed "$results") good=$(count passed "$results")
  bad=$((executed - good))
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
  say "$( ((bad)) && echo FAILED || echo ok)" "$name: $good passed, $bad failed, $((total - executed)) skipped ($((SECONDS - start)) s)"
  if ((bad)); then
    cat "$work/log"
    failures+=("$name: $bad tests")
  elif ((status)); then
    cat "$work/log"
    fail "$name: all its tests passed, but it ended with exit code $status"
  elif ((total == 0)); then
    fail "$name: it has no tests"
  fi

  while IFS= read -r line; do skips+=("$line"); done < <(skipped_tests "$results")
}

# skipped_tests FILE: the skipped tests of a result file, each with its reason.
skipped_tests() {
  awk '
    /<UnitTestResult / { name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name); open = /outcome="NotExecuted"/; reason = "" }
    open && /<Message>|<StdOut>/ { reason = $0; gsub(/ *<[^>]*>/, "", reason); print name ": " reason; open = 0 }
    open && /<\/UnitTestResult>|\/>$/ { print name; open = 0 }
  ' "$1" | sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&#x[AD];/ /g; s/&amp;/\&/g'
}

# nothing_left: no process that the tests started still runs. They all carry the mark of this run in their environment.
nothing_left() {
  local pid left=0
  for pid in $(grep -lsF "HYBRIDLLM_TEST_RUN=$HYBRIDLLM_TEST_RUN" /proc/[0-9]*/environ | sed 's#/proc/\([0-9]*\)/.*#\1#'); do
    if [ "$pid" != "$$" ] && [ "$pid" != "$BASHPID" ] && [ -d "/proc/$pid" ]; then
      printf '%s: %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
      left=1
    fi
  done
  return $left
}

# start_neo4j: starts a real Neo4j for the tests and says where it is.
start_neo4j() {
  local folder=${HYBRIDLLM_SHARED:-../shared}/neo4j
  if [ ! -x "$folder/start.sh" ]; then skip neo4j "there is no $folder/start.sh"; return; fi
  if ! command -v java >/dev/null; then skip neo4j "there is no java"; return; fi
  neo4j=$folder
  if "$folder/start.sh" --data "$work/neo4j" --http-port auto --bolt-port auto >"$work/neo4j.env" 2>"$work/log" </dev/null; then
    local NEO4J_HTTP NEO4J_BOLT NEO4J_USER NEO4J_PASSWORD NEO4J_DATABASE NEO4J_DATA NEO4J_PID
    eval "$(cat "$work/neo4j.env")"
    export HYBRIDLLM_TEST_NEO4J_URI=$NEO4J_HTTP HYBRIDLLM_TEST_NEO4J_USER=$NEO4J_USER HYBRIDLLM_TEST_NEO4J_PASSWORD=$NEO4J_PASSWORD
    pass "neo4j: $NEO4J_HTTP"
  else
    cat "$work/log"
    fail "neo4j: $folder/start.sh could not start it"
  fi
}

# stop_neo4j: stops it, whatever became of the run.
stop_neo4j() {
  if [ -n "${neo4j:-}" ]; then
    "$neo4j/stop.sh" --data "$work/neo4j" --remove >/dev/null 2>&1 </dev/null || true
    neo4j=
  fi
}

if [ -z "${HYBRIDLLM_LLAMA_SERVER:-}" ]; then
  if server=$(eng/get-llama-server.sh </dev/null); then
    export HYBRIDLLM_LLAMA_SERVER=$server
    pass "llama-server: $server"
  elif [ "${CI:-}" = true ]; then
    fail "llama-server: eng/get-llama-server.sh could not get one"
  else
    skip llama-server "eng/get-llama-server.sh could not get one"
  fi
fi

check restore dotnet restore HybridLlm.sln || finish
check "build, warnings as errors" dotnet build HybridLlm.sln -c Release --no-restore -v q -nologo || finish
check formatting dotnet format HybridLlm.sln --no-restore --verify-no-changes || true

export HYBRIDLLM_TEST_RUN=${work##*.}
[ -n "${HYBRIDLLM_TEST_NEO4J_URI:-}" ] || start_neo4j
for project in tests/*Tests/*.csproj; do
  run_tests "$project"
done
stop_neo4j

if check packages env -u HYBRIDLLM_TEST_RUN eng/pack.sh "ci.$(date -u +%Y%m%d%H%M%S)"; then
  if [ -n "${HYBRIDLLM_LLAMA_SERVER:-}" ]; then
    check "application built from the packages" eng/package-smoke.sh || true
  else
    skip "application built from the packages" "no llama-server"
  fi
fi

[ ! -d /proc/self ] || check "no process left behind" nothing_left || true
finish
