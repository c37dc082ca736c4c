#!/usr/bin/env bash
# Writes Sources/CWebPages/CWebPages.c, which embeds every file of Web/ in the program, where it is not so already.
# The build does not see that C files depend on what they embed, so the digests of the files stand in it too.
set -euo pipefail
cd "$(dirname "$0")/.."
target=Sources/CWebPages/CWebPages.c
mapfile -t files < <(cd Web && find . -type f ! -name '.*' | sed 's|^\./||' | LC_ALL=C sort)

text() {
    echo '// Written by Scripts/embed-pages.sh: run it after every change below Web/.'
    echo '#include "CWebPages.h"'
    echo
    echo '#pragma clang diagnostic ignored "-Wc23-extensions"'
    local index=0 file
    for file in "${files[@]}"; do
        printf '\n// %s\nstatic const unsigned char file_%d[] = {\n#embed "../../Web/%s"\n};\n' \
            "$(sha256sum "Web/$file" | cut -c1-32)" "$index" "$file"
        index=$((index + 1))
    done
    printf '\nstatic const rutile_web_file files[] = {\n'
    index=0
    for file in "${files[@]}"; do
        printf '    {"%s", file_%d, sizeof(file_%d)},\n' "$file" "$index" "$index"
        index=$((index + 1))
    done
    printf '};\n\nsize_t rutile_web_file_count(void) { return sizeof(files) / sizeof(files[0]); }\n'
    printf '\nrutile_web_file rutile_web_file_at(size_t index) { return files[index]; }\n'
}

new=$(mktemp)
trap 'rm -f "$new"' EXIT
text > "$new"
cmp -s "$new" "$target" || cp "$new" "$target"
