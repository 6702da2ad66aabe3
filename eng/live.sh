#!/usr/bin/env bash
# Has two real models answer tasks: always the fast one, always the strong one, and the router as it learns, side by side.
#
#   eng/live.sh [TASKS [OPTION...]]     250 tasks: some fifteen minutes; options go to `hybridllm eval live` (`--decisions FILE`, `--true-tasks`, …)
#
# HYBRIDLLM_LLAMA_SERVER   the llama-server to use; otherwise eng/get-llama-server.sh gets one
# HYBRIDLLM_SHARED         the folder with models/tiny-fast.gguf, models/tiny-smart.gguf, models/tasks-dev.jsonl and tools/make_models.py; otherwise ../shared
#
# The strong model is made deeper first, so that its answers cost what those of a larger model do. Exit code: 0 when the router kept 97 % of the strong
# model's accuracy in 45 % of its time, and simple tasks were 15 times as fast by median: the fast model itself is about that, so mind what else runs.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

shared=${HYBRIDLLM_SHARED:-$root/../shared}
for file in models/tiny-fast.gguf models/tiny-smart.gguf models/tasks-dev.jsonl tools/make_models.py; do
  if [ ! -f "$shared/$file" ]; then
    echo "live: no file $shared/$file: set HYBRIDLLM_SHARED" >&2
    exit 2
  fi
done

server=${HYBRIDLLM_LLAMA_SERVER:-$("$root/eng/get-llama-server.sh" </dev/null)}
work=$(mktemp -d "${TMPDIR:-/tmp}/hybridllm-live.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 "$shared/tools/make_models.py" deepen --gguf "$shared/models/tiny-smart.gguf" --out "$work/tiny-smart-deep.gguf" --identity-layers 24 >&2

# provider MODEL: a server that is started with the run and ends with it, on one thread, as other work may share the machine.
provider() {
  printf '{ "Type": "LlamaCpp", "ServerPath": "%s", "ModelPath": "%s", "Threads": 1, "ParallelSlots": 1, "ContextSize": 1024, "PromptCacheMB": 0 }' "$server" "$1"
}

cat >"$work/appsettings.json" <<EOF
{
  "HybridLlm": {
    "Providers": {
      "fast": $(provider "$shared/models/tiny-fast.gguf"),
      "strong": $(provider "$work/tiny-smart-deep.gguf")
    },
    "Models": {
      "tiny-fast": { "Provider": "fast", "ModelId": "tiny-fast", "Quality": 0.5, "Speed": 0.9 },
      "tiny-smart": { "Provider": "strong", "ModelId": "tiny-smart-deep", "Quality": 0.9, "Speed": 0.3 }
    }
  }
}
EOF

dotnet run -c Release --project "$root/src/HybridLlm.Tool" -- eval live --config "$work/appsettings.json" --tasks "$shared/models/tasks-dev.jsonl" \
  --limit "${1:-250}" "${@:2}" </dev/null | tee "$work/output"
python3 - "$work/output" <<'EOF'
import json, sys
summary = json.loads(open(sys.argv[1]).read().splitlines()[-1])
reached = summary["kept_accuracy"] >= .97 and summary["time_share"] <= .45 and summary["simple_speedup"] >= 15
print("reached" if reached else "not reached: kept accuracy %(kept_accuracy).3f of .97, share of time %(time_share).3f of .45, simple tasks %(simple_speedup).1f of 15 times" % summary)
sys.exit(0 if reached else 1)
EOF
