#!/usr/bin/env bash
# test.sh - everything that must hold before a change goes in
#
#   sudo scripts/test.sh              all of it
#   sudo scripts/test.sh --quick      without the lab tests, the demo and the README's commands
#   scripts/test.sh --help
#
# On a fresh Debian 12 with the Swift toolchain it installs what it needs (scripts/setup.sh).
# Needs root: the lab tests live in network namespaces. They leave nothing behind.
#
# Exit codes: 0 all passed; 1 something failed, named in the summary; 2 something is missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/common.sh"

quick=no
for argument in "$@"; do
    case $argument in
    -h | --help) print_help "$0"; exit 0 ;;
    --quick) quick=yes ;;
    *) die 2 "unknown argument '$argument'; see $0 --help" ;;
    esac
done
need_root
cd "$project"

summary=() failures=0

# part WORDS COMMAND...: one part of the whole; a failure is kept for the summary.
part() {
    local words=$1 status=0 began=$SECONDS
    shift
    step "$words"
    "$@" || status=$?
    if ((status == 0)); then summary+=("ok   $words [$((SECONDS - began)) s]"); else
        summary+=("FAIL $words (exit code $status) [$((SECONDS - began)) s]")
        failures=$((failures + 1))
    fi
    ((status < 128)) || exit "$status"
    return "$status"
}

finish() {
    step "Summary"
    printf '   %s\n' "${summary[@]}"
    ((failures == 0)) || die 1 "$failures of ${#summary[@]} parts failed"
    say "all ${#summary[@]} parts passed"
    exit 0
}

lint() {
    local status=0 script
    swift format lint --strict --recursive Package.swift Sources Tests scripts/lib \
        {Benchmarks,Fuzz}/{Package.swift,Sources} || status=1
    for script in scripts/*.sh scripts/lib/*.sh .ci/run; do bash -n "$script" || status=1; done
    for script in scripts/lib/*.py; do
        python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$script" || status=1
    done
    ((status > 0)) || good "Swift is formatted, shell and Python parse"
    return "$status"
}

each_script_helps() {
    local script status=0
    for script in scripts/*.sh; do
        if ! "$script" --help | grep -q "^${script##*/} - "; then
            bad "$script --help says nothing of itself"
            status=1
        fi
    done
    ((status > 0)) || good "every script has --help"
    return "$status"
}

accuracy() {
    as_owner Benchmarks/.build/release/relay-accuracy --small --gate &&
        as_owner Benchmarks/.build/release/relay-accuracy --small --gate --places
}

# Every input that ever made a fuzz target fail, and some thousand new ones, the same in each run.
run_fuzzers() {
    local source program corpus status=0
    as_owner swift build -c release --package-path Fuzz || return
    # The backtracer of a program that the sanitizer ends can wait for ever.
    local -x SWIFT_BACKTRACE=enable=no
    for source in Fuzz/Sources/*Fuzzer/*Fuzzer.swift; do
        program=$(basename "$source" .swift)
        corpus=(Fuzz/Corpus/"$program"/*)
        [[ ! -e ${corpus[0]} ]] || fuzz "$program" "${corpus[@]}" || status=1
        fuzz "$program" -runs=5000 -seed=1 -max_len=2000 || status=1
    done
    return "$status"
}

# fuzz PROGRAM ARGUMENTS...: runs a fuzz target; says nothing when all is well.
fuzz() {
    local log
    log=$(as_owner "Fuzz/.build/release/$1" -artifact_prefix=Fuzz/.build/ "${@:2}" 2>&1) && return
    printf '%s\n' "$log" | tail -n 40
    bad "$*"
    return 1
}

build_tests() { as_owner swift build --build-tests; }
# Unless told otherwise all tests begin at once, and what waits for something waits behind all that reckon.
# Tests on interfaces wait for them, and hold the threads that asynchronous tests need: they run by themselves.
unit_tests() {
    SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$((2 * $(nproc))) \
        as_root_test --skip LabTests --skip TapPlaneTests
}
plane_tests() { as_root_test --filter TapPlaneTests; }
lab_tests() { HUBTAP_BIN=$project/.build/release as_root_test --filter LabTests --no-parallel; }

# The tests run as root; what they leave in the build folder goes back to the checkout's owner.
as_root_test() {
    local status=0
    swift test --skip-build "$@" || status=$?
    chown -R --reference="$project/Package.swift" "$project/.build"
    return "$status"
}

"$here/setup.sh"
find_swift
part "Format of the sources" lint || true
part "Help of the scripts" each_script_helps || true
part "Bounds checks survive the optimizer" "$here/check-bounds.sh" || true
part "Release build" build_release || finish
part "What the hub links" "$here/check-hub.sh" || true
part "Man pages and completions" "$here/check-manual.sh" || true
if part "Benchmarks build" build_release Benchmarks; then
    part "Accuracy of the rules, a small mix" accuracy || true
fi
part "Fuzz targets" run_fuzzers || true
part "Test build" build_tests || finish
part "Unit and property tests" unit_tests || true
part "Plane tests" plane_tests || true
if [[ $quick == no ]]; then
    part "The lab's servers" "$here/lab.sh" prepare || finish
    part "Lab tests" lab_tests || true
    part "The demo" env HUBTAP_BIN="$project/.build/release" "$here/demo.sh" || true
    part "The README's commands" "$here/check-readme.sh" || true
fi
finish
