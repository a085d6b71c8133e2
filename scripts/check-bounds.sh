#!/usr/bin/env bash
# check-bounds.sh - does a release build still trap when a loop reads past the end?
#
#   scripts/check-bounds.sh           builds nine wrong loops as Package.swift builds releases
#   scripts/check-bounds.sh --help
#
# Exit codes: 0 all nine trap; 1 one does not, or Package.swift lost the flag.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/common.sh"
case ${1:-} in
-h | --help) print_help "$0"; exit 0 ;;
'') ;;
*) die 2 "unknown argument '$1'; see $0 --help" ;;
esac

readonly flag=-sil-disable-pass=bcopts
grep -q -- "\"-Xllvm\", \"$flag\"" "$project/Package.swift" ||
    die 1 "Package.swift no longer gives release builds -Xllvm $flag"
find_swift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SWIFT_BACKTRACE=enable=no
swiftc -O -Xllvm "$flag" -o "$scratch/bounds" "$here/lib/bounds.swift"
silent=()
for loop in 1 2 3 4 5 6 7 8 9; do
    # A trap is SIGILL or SIGTRAP: 132 or 133.
    status=0
    bash -c 'ulimit -c 0; "$0" "$1"; exit $?' "$scratch/bounds" "$loop" >/dev/null 2>&1 || status=$?
    [[ $status -eq 132 || $status -eq 133 ]] || silent+=("$loop")
done
((${#silent[@]} == 0)) || die 1 "not trapped: loop ${silent[*]} of scripts/lib/bounds.swift"
good "nine loops past the end, nine traps"
