#!/usr/bin/env bash
# Runs the benchmarks and prints one line for each goal: name, ours, reference in the same run, ratio, goal, ok or MISSED.
#
#   eng/bench.sh [NAME]      only the benchmark classes whose name, or the name of one of whose goals, contains NAME
#
# Exit code: 0 when every goal was reached, 1 when one was missed. Details: BenchmarkDotNet.Artifacts/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet run -c Release --project tests/HybridLlm.Benchmarks -- "$@"
