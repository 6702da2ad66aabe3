#!/usr/bin/env bash
# Packs every package, with its symbols, into artifacts/packages and checks what is in them. HybridLlm.Neo4j is packed with the official driver, for
# bolt:// and neo4j://, where the package source has it; the last line says whether it did.
#
#   eng/pack.sh [SUFFIX]     SUFFIX makes a pre-release: eng/pack.sh preview.1 packs 0.1.0-preview.1
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rm -rf artifacts/packages
driver=false
if answer=$(dotnet restore src/HybridLlm.Neo4j -v q -nologo -p:UseNeo4jDriver=true 2>&1); then
  driver=true
fi

for project in src/*/*.csproj; do
  # ContinuousIntegrationBuild keeps the paths of this machine out of the assemblies and symbols.
  dotnet pack "$project" -c Release -v q -nologo -o artifacts/packages -p:ContinuousIntegrationBuild=true -p:VersionSuffix="${1:-}" -p:UseNeo4jDriver="$driver"
done
dotnet run eng/check-packages.cs -- artifacts/packages src

if [ "$driver" = true ]; then
  echo "HybridLlm.Neo4j has the official driver: http, https, bolt and neo4j addresses."
else
  echo "HybridLlm.Neo4j is WITHOUT the official driver, so for http and https addresses only: $(grep -o -m 1 'NU[0-9]*: [^[]*' <<<"$answer" || tail -n 1 <<<"$answer")"
fi
