#!/usr/bin/env bash
# Installs the Debian packages that the build and the tests need, those that are missing. Says nothing when none is.
# "test" as argument: also what only tests need.
set -euo pipefail

# Debian 12. A package with a version is one whose output or file format our results depend on; with another version
# present a warning is given, and nothing is changed.
packages=(
    make
    curl
    libsimdjson-dev=3.0.1-1
    gemmi-dev=0.5.7+ds-2+b1
    tao-pegtl-dev
    libstb-dev
    libsymspg-dev=2.0.2-1+b3
    libarchive-dev
    libre2-dev
    libargon2-dev
    zlib1g-dev
    libsqlite3-dev
    libavogadro-data=1.97.0-3
)
[ "${1:-}" = test ] && packages+=(python3 python3-venv wrk chromium chromium-driver fonts-dejavu-core)

missing=()
for package in "${packages[@]}"; do
    name=${package%%=*}
    wanted=""
    [ "$package" = "$name" ] || wanted=${package#*=}
    installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Version}' "$name" 2>/dev/null || true)
    case $installed in
        "ii "*)
            version=${installed##* }
            if [ -n "$wanted" ] && [ "$version" != "$wanted" ]; then
                echo "note: $name $version is installed; results were checked with $wanted" >&2
            fi
            ;;
        *) missing+=("$package") ;;
    esac
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "install these as root: apt-get install ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
if ! "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"; then
    # A point release has replaced a pinned version: take what there is.
    "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]%%=*}"
fi
