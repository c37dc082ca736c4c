#!/usr/bin/env bash
# Succeeds when FILE is newer than all that it is built from. File times decide; no build tool is asked.
# Usage: is-newest.sh FILE
set -euo pipefail
[ -f "$1" ] || exit 1
file=$(realpath "$1")
cd "$(dirname "$0")/.."
[ -z "$(find Package.swift Sources Web -newer "$file" -print -quit)" ]
