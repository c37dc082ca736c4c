#!/usr/bin/env bash
# `make test`: everything. The last line is the sum over all suites: "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; }

step "packages"
Scripts/install-packages.sh test
RUTILE_PYTHON=$(Scripts/python.sh)
export RUTILE_PYTHON
Scripts/python.sh nomad > /dev/null

step "build (release; one build for the tests and for the binary)"
swift build -c release --product rutile
swift build -c release --build-tests
# The build does not touch a binary that it would not change, and `make run`, which is tested too, looks at the time.
touch .build/release/rutile

passed=0
failed=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

step "unit tests"
# A few at once: with hundreds begun, each waits long for its turn on a thread.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-4}
# Runs the unit tests, all or those of a pattern, and says in total and bad how many there were and how many failed.
unit_tests() {
    local status
    set +e
    swift test -c release --skip-build "$@" 2>&1 | tee "$output" | grep -v -e '^◇' -e '^↳' -e '^✔'
    status=${PIPESTATUS[0]}
    set -e
    total=$(sed -n 's/^.*Test run with \([0-9]*\) tests\? in .*/\1/p' "$output" | tail -n 1)
    bad=$(grep -c '^✘ Test .* failed after' "$output" || true)
    # The run's own line is one of them, where it failed.
    grep -q '^✘ Test run with .* failed after' "$output" && bad=$((bad - 1))
    # A crash leaves no sum, and a failure without a failed test is one all the same.
    if [ -z "$total" ]; then total=1; bad=1; fi
    if [ "$status" -ne 0 ] && [ "$bad" -le 0 ]; then bad=1; fi
}
unit_tests "$@"
names=$(sed -n 's/^✘ Test \([A-Za-z0-9_]*\)(.* failed after .*/\1/p' "$output" | sort -u | paste -sd '|')
if [ "$bad" -gt 0 ] && [ -n "$names" ]; then
    # A machine that had no time is no fault of theirs. What fails twice has failed.
    step "once more: $names"
    all=$total
    unit_tests --filter "/($names)\\("
    total=$all
fi
echo "unit tests: $((total - bad)) passed, $bad failed"
passed=$((passed + total - bad))
failed=$((failed + bad))

step "golden requests over HTTP, and the program as a process"
"$RUTILE_PYTHON" -u Tests/system/run.py 2>&1 | tee "$output" || true
sum=$(tail -n 1 "$output")
if [[ $sum =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
else
    failed=$((failed + 1))
fi

step "all suites"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
