#!/usr/bin/env bash
# Meets HybridLlm as its users do: builds tests/PackageSmoke outside this tree, from the packages in artifacts/packages alone, and lets it start
# a llama-server of its own, ask a question and stop it again.
#
#   eng/package-smoke.sh     (after eng/pack.sh)
#
# HYBRIDLLM_LLAMA_SERVER   the llama-server to use; otherwise eng/get-llama-server.sh gets one
# HYBRIDLLM_SHARED         the folder with models/tiny-fast.gguf; otherwise ../shared
set -euo pipefail
export DOTNET_CLI_UI_LANGUAGE=en
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() { printf 'package-smoke: %s\n' "$*" >&2; exit 1; }

packages=$root/artifacts/packages
core=("$packages"/HybridLlm.[0-9]*.nupkg)
[ -f "${core[0]}" ] || die "no packages in artifacts/packages: run eng/pack.sh first"
version=${core[0]##*/HybridLlm.} version=${version%.nupkg}

model=${HYBRIDLLM_SHARED:-$root/../shared}/models/tiny-fast.gguf
[ -f "$model" ] || die "no model $model: set HYBRIDLLM_SHARED"
server=${HYBRIDLLM_LLAMA_SERVER:-$("$root/eng/get-llama-server.sh")}

work=$(mktemp -d "${TMPDIR:-/tmp}/hybridllm-smoke.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -r "$root/tests/PackageSmoke" "$work/app"
cp "$model" "$work/tiny-fast.gguf"
cd "$work/app"
rm -rf bin obj

# HybridLlm comes from artifacts/packages and from nowhere else; everything else from where this machine gets its packages.
xml() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/"/\&quot;/g'; }
sources=$(dotnet nuget list source | sed -n 's/^ *[0-9]*\. *\(.*\) \[Enabled\]$/\1/p' | xml)
{
  echo '<configuration>'
  echo "  <packageSources><add key=\"hybridllm-artifacts\" value=\"$(xml <<<"$packages")\" /></packageSources>"
  echo '  <packageSourceMapping>'
  echo '    <packageSource key="hybridllm-artifacts"><package pattern="HybridLlm" /><package pattern="HybridLlm.*" /></packageSource>'
  while IFS= read -r key; do
    echo "    <packageSource key=\"$key\"><package pattern=\"*\" /></packageSource>"
  done <<<"$sources"
  echo '  </packageSourceMapping>'
  echo '</configuration>'
} >nuget.config

# An own packages folder, so that no HybridLlm of an earlier run is taken and none stays behind; what others made is read from the usual one.
usual=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
NUGET_PACKAGES=$work/packages dotnet build -c Release -v q -nologo -o "$work/out" \
  -p:HybridLlmVersion="$version" -p:RestoreFallbackFolders="$usual" -p:UseSharedCompilation=false -nodeReuse:false

cd "$work/out"
HybridLlm__Metrics__Path=$work/metrics HybridLlm__Providers__llamacpp__ServerPath=$server HybridLlm__Providers__llamacpp__ModelPath=$work/tiny-fast.gguf \
  timeout 120 dotnet PackageSmoke.dll >"$work/said" || { cat "$work/said"; die "the application failed"; }
cat "$work/said"
grep -qx 'answer: Hindi\.\{0,1\}' "$work/said" || die "the answer is not the one this model gives"
grep -qx 'model: tiny-fast' "$work/said" || die "another model answered"
for process in /proc/[0-9]*; do
  ! grep -qsF "$work/tiny-fast.gguf" "$process/cmdline" || die "the server outlived its application: process ${process##*/}"
done
