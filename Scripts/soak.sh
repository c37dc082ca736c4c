#!/usr/bin/env bash
# `make soak`: what takes too long for `make test`. An import is killed a hundred times.
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/install-packages.sh test
Scripts/python.sh > /dev/null
swift build -c release --product rutile
cd Tests/system
RUTILE_KILLS=100 exec ../../.venv/bin/python -m unittest -v test_import.Killing
