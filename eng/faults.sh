#!/usr/bin/env bash
# The fault matrix: every fault x every simulated backend x streamed or whole, with a good backend behind the faulty one and without.
#
#   eng/faults.sh [-c Debug]
#
# Prints what came of each case and after how long. "A": the faulty backend's answer was good all the same. "B": the good backend answered.
# "cut": the caller saw a part of a stream and then the typed error. The name of a kind of failure: the typed error of all attempts.
# Where a case sends several requests, what came of each. Its last line is `N passed, N failed`. Exit code: 0 when nothing failed and something passed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

configuration=Release
if [ "${1:-}" = -c ]; then configuration=$2; fi

work=$(mktemp -d "${TMPDIR:-/tmp}/hybridllm-faults.XXXXXX")
trap 'rm -rf "$work"' EXIT
project=tests/HybridLlm.IntegrationTests

if ! dotnet build "$project" -c "$configuration" -v q -nologo >"$work/build" 2>&1 </dev/null; then
  cat "$work/build"
  echo "0 passed, 1 failed"
  exit 1
fi

HYBRIDLLM_FAULT_MATRIX=$work/matrix timeout 900 dotnet run --no-build -c "$configuration" --project "$project" -- \
  -noColor -class HybridLlm.IntegrationTests.Faults.FaultTests >"$work/log" 2>&1 </dev/null || true

if [ -f "$work/matrix" ]; then cat "$work/matrix"; fi

# The runner's last line is: Total: N, Errors: N, Failed: N, Skipped: N, Not Run: N, Time: N s
summary=$(grep -o 'Total: [0-9]*, Errors: [0-9]*, Failed: [0-9]*, Skipped: [0-9]*' "$work/log" | tail -n 1 || true)
if [ -z "$summary" ]; then
  cat "$work/log"
  echo "0 passed, 1 failed"
  exit 1
fi

read -r total errors failed skipped <<<"$(tr -dc '0-9 ' <<<"$summary" | tr -s ' ')"
failed=$((failed + errors))
passed=$((total - failed - skipped))
if ((failed)); then grep -A 12 '\[FAIL\]' "$work/log" || true; fi
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
