#!/usr/bin/env bash
# Makes .venv with what requirements-test.txt names, unless it is there, and prints the path of its Python.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -f .venv/made ] || [ requirements-test.txt -nt .venv/made ]; then
    python3 -m venv .venv >&2
    .venv/bin/pip install --quiet --disable-pip-version-check -r requirements-test.txt >&2
    touch .venv/made
fi
echo "$PWD/.venv/bin/python"
