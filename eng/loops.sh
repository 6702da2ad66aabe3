#!/usr/bin/env bash
# Has a real small model answer prompts through the router, and measures whether answers that end in a loop are found, and escalated.
#
#   eng/loops.sh [ANSWERS [SEED]]     150 answers, seed 1: some ten minutes
#
# HYBRIDLLM_LLAMA_SERVER   the llama-server to use; otherwise eng/get-llama-server.sh gets one
# HYBRIDLLM_SHARED         the folder with models/real/smollm2-135m-instruct-q4_1.gguf; otherwise ../shared
#
# Prints precision and recall against trying every period. Exit code: 0 when precision is .95 and recall .9 or more, and all that was found was escalated.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

model=${HYBRIDLLM_SHARED:-$root/../shared}/models/real/smollm2-135m-instruct-q4_1.gguf
if [ ! -f "$model" ]; then
  echo "loops: no model $model: set HYBRIDLLM_SHARED" >&2
  exit 2
fi

server=${HYBRIDLLM_LLAMA_SERVER:-$("$root/eng/get-llama-server.sh" </dev/null)}
cd "$root"
dotnet run -c Release eng/loops.cs -- "$server" "$model" data/prompts/authored.jsonl "${1:-150}" "${2:-1}" </dev/null
