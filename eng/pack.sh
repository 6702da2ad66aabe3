#!/usr/bin/env bash
# Packs every package, with its symbols, into artifacts/packages and checks what is in them.
#
#   eng/pack.sh [SUFFIX]     SUFFIX makes a pre-release: eng/pack.sh preview.1 packs 0.1.0-preview.1
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rm -rf artifacts/packages
for project in src/*/*.csproj; do
  # ContinuousIntegrationBuild keeps the paths of this machine out of the assemblies and symbols.
  dotnet pack "$project" -c Release -v q -nologo -o artifacts/packages -p:ContinuousIntegrationBuild=true -p:VersionSuffix="${1:-}"
done
dotnet run eng/check-packages.cs -- artifacts/packages src
