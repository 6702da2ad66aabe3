#!/usr/bin/env bash
# Kills (SIGKILL) a process that writes outcomes 200 times, at seeded random moments, also while it merges files, and starts on what it left.
#
#   eng/crash.sh [KILLS [SEED]]
#
# A kill passes when the start is good, everything that was flushed is there once, and reports and learning count the same.
# Its last line is `N passed, N failed`. Exit code: 0 when nothing failed and something passed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

project=tests/HybridLlm.Crash
if ! build=$(dotnet build "$project" -c Release -v q -nologo 2>&1 </dev/null); then
  printf '%s\n' "$build"
  echo "0 passed, 1 failed"
  exit 1
fi

timeout 3000 dotnet run --no-build -c Release --project "$project" -- "$@" </dev/null
