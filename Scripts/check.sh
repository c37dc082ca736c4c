#!/usr/bin/env bash
# `make check`: format, build, and the tests that need no server and no long time.
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/install-packages.sh
Scripts/embed-pages.sh
swift format lint --strict --recursive --parallel Package.swift Sources Tests
swift build
swift test --skip 'Fuzz|Crystal|Soak'
