#!/usr/bin/env bash
# Makes .venv with what requirements-test.txt names, unless it is there, and prints the path of its Python.
# `python.sh nomad` does so with .venv-nomad and requirements-nomad.txt, a list that is complete in itself.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=.venv list=requirements-test.txt flags=()
if [ "${1:-}" = nomad ]; then folder=.venv-nomad list=requirements-nomad.txt flags=(--no-deps); fi
if [ ! -f "$folder/made" ] || [ "$list" -nt "$folder/made" ]; then
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check "${flags[@]}" -r "$list" >&2
    touch "$folder/made"
fi
echo "$PWD/$folder/bin/python"
