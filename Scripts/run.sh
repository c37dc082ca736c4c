#!/usr/bin/env bash
# `make run`: builds what is not built, imports the demo crystals once, serves them, and shows three requests.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${PORT:-8080}
data=${RUTILE_DATA:-./rutile-data}
binary=.build/release/rutile

if ! Scripts/is-newest.sh "$binary"; then
    Scripts/install-packages.sh
    Scripts/embed-pages.sh
    swift build -c release --product rutile
    # The build does not touch a binary that it would not change.
    touch "$binary"
fi

crystals=${RUTILE_CRYSTALS:-}
if [ -z "$crystals" ]; then
    for folder in /usr/share/avogadro*/crystals; do [ -d "$folder" ] && crystals=$folder; done
fi
[ -n "$crystals" ] || { echo "the crystals of the package libavogadro-data are not there" >&2; exit 1; }

upload_name="Avogadro crystals"
stamp=$data/demo-imported
if [ ! -f "$stamp" ] || [ -n "$(find "$crystals" -newer "$stamp" -print -quit)" ]; then
    status=0
    "$binary" import "$crystals" --data "$data" --upload-name "$upload_name" --publish || status=$?
    # 3: some files were skipped, and the import has said which.
    [ "$status" = 0 ] || [ "$status" = 3 ] || exit "$status"
    touch "$stamp"
fi

# The first characters of the base64url form of the SHA-512 of standard input: ids are digests of names.
short_digest() {
    local hex
    hex=$(sha512sum | cut -d' ' -f1)
    printf '%b' "$(printf '%s' "$hex" | sed 's/../\\x&/g')" | base64 -w0 | tr '+/' '-_' | cut -c1-"$1"
}
upload=$(printf 'local\0%s' "$upload_name" | short_digest 22)
entry=$(printf '%s%s' "$upload" "oxides/SiO2-Quartz-alpha.cif" | short_digest 28)

exec 3< <(exec "$binary" serve --data "$data" --port "$port")
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true' TERM INT
if ! read -r line <&3; then
    wait "$server" || exit $?
    exit 1
fi
# With port 0 the system has chosen one, and the server says which.
address=${line#Rutile serves }
address=${address%% from *}
show() { printf "curl -s %s/graph/query -H 'Content-Type: application/json' -d '%s'\n" "$address" "$1"; }
echo "$line"
# What else it says there: the first administrator's password.
cat <&3 &
echo
echo "To look around, open in a browser: ${address%/api/v1}/"
echo
echo "The space group of alpha-quartz, one value of its archive:"
show '{"entries": {"'"$entry"'": {"archive": {"results": {"material": {"symmetry": {"space_group_symbol": "*"}}}}}}}'
echo "The position of its second atom in metres, by index:"
show '{"entries": {"'"$entry"'": {"archive": {"run[0]": {"system[0]": {"atoms": {"positions[1]": "*"}}}}}}}'
echo "The formula of the system that its workflow refers to, with the reference followed:"
show '{"entries": {"'"$entry"'": {"archive": {"workflow2": {"outputs[0]": {"section": {"chemical_composition_reduced": "*"}}}}}}}'
echo "Silica among the crystals, for OPTIMADE clients (base URL ${address%/api/v1}/optimade):"
echo "curl -sG ${address%/api/v1}/optimade/v1/structures --data-urlencode 'filter=elements HAS ALL \"Si\",\"O\" AND nelements=2'"
echo
echo "Ctrl-C stops."
# A signal ends the first wait, and the server takes its time to stop.
status=0
while kill -0 "$server" 2>/dev/null; do status=0; wait "$server" || status=$?; done
exit "$status"
