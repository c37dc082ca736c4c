#!/usr/bin/env bash
# `make bench`: the figures of Benchmarks/RESULTS.md. In process first, then of the whole program.
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/install-packages.sh test
swift build -c release --product rutile-bench
swift build -c release --product rutile

echo "$(nproc) cores, $(uname -m)"
.build/release/rutile-bench

crystals=${RUTILE_CRYSTALS:-}
if [ -z "$crystals" ]; then
    for folder in /usr/share/avogadro*/crystals; do [ -d "$folder" ] && crystals=$folder; done
fi
folder=$(mktemp -d)
server=""
trap '[ -z "$server" ] || kill -TERM "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
start=$(date +%s.%N)
.build/release/rutile import "$crystals" --data "$folder/data" --upload-name bench --publish --quiet > /dev/null 2>&1 || [ $? = 3 ]
printf '%-52s%-18s%s\n' "import of $(find "$crystals" -name '*.cif' | wc -l) CIF files with symmetry" \
    "$(echo "$(date +%s.%N) $start" | awk '{printf "%.1f s", $1 - $2}')" "<= 6 s"

exec 3< <(exec .build/release/rutile serve --data "$folder/data" --port 0 2> /dev/null)
server=$!
read -r line <&3
address=${line#Rutile serves }
address=${address%% from *}
memory() { awk '/VmRSS/ {printf "%.0f MB", $2 / 1024}' "/proc/$server/status"; }
printf '%-52s%-18s%s\n' "idle memory" "$(memory)" "<= 80 MB"

short_digest() {
    local hex
    hex=$(sha512sum | cut -d' ' -f1)
    printf '%b' "$(printf '%s' "$hex" | sed 's/../\\x&/g')" | base64 -w0 | tr '+/' '-_' | cut -c1-"$1"
}
upload=$(printf 'local\0bench' | short_digest 22)
entry=$(printf '%s%s' "$upload" "oxides/SiO2-Quartz-alpha.cif" | short_digest 28)
cat > "$folder/post.lua" <<LUA
wrk.method = "POST"
wrk.body = '{"entries": {"$entry": {"archive": {"results": {"material": {"chemical_formula_reduced": "*"}}}}}}'
wrk.headers["Content-Type"] = "application/json"
LUA
rate=$(wrk -t1 -c8 -d5s -s "$folder/post.lua" "$address/graph/query" | awk '/Requests\/sec/ {printf "%.0f /s", $2}')
printf '%-52s%-18s%s\n' "small graph requests over loopback, 8 clients" "$rate" ""
printf '%-52s%-18s%s\n' "memory after them" "$(memory)" ""

# OPTIMADE over HTTP, at 10,000 beside optimade-python-tools. COUNTS chooses other numbers of structures.
RUTILE_PYTHON=$(Scripts/python.sh)
shared=${RUTILE_SHARED:-../shared}
peer=()
[ ! -f "$shared/cases/optimade/peer.py" ] || peer=(--peer "$shared/cases/optimade/peer.py")
# shellcheck disable=SC2086
"$RUTILE_PYTHON" -W ignore Benchmarks/optimade.py .build/release/rutile ${COUNTS:-10000 100000 1000000} "${peer[@]}"

# The page Explore in a browser, over the largest of them.
counts=${COUNTS:-1000000}
"$RUTILE_PYTHON" Benchmarks/explore.py .build/release/rutile "${counts##* }"

# The gateway beside the same databases asked directly.
[ ! -f "$shared/cases/gateway/providers.py" ] || "$RUTILE_PYTHON" Benchmarks/gateway.py .build/release/rutile

# Downloading, beside NOMAD's own client.
Scripts/python.sh nomad > /dev/null
"$RUTILE_PYTHON" Benchmarks/fetch.py .build/release/rutile
