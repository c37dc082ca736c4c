#!/usr/bin/env bash
# `make screenshots`: builds what is not built, and takes pictures of all pages, or of those that are named.
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/install-packages.sh test
python=$(Scripts/python.sh)
if ! Scripts/is-newest.sh .build/release/rutile; then
    Scripts/embed-pages.sh
    swift build -c release --product rutile
    touch .build/release/rutile
fi
exec "$python" Scripts/screenshots.py "$@"
