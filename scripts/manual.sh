#!/usr/bin/env bash
# manual.sh - man pages and shell completions, from the commands' own definitions
#
#   scripts/manual.sh [FOLDER]        default: .build/manual
#   scripts/manual.sh --help
#
# Writes FOLDER/man1/hubtap.1 and a page for each of its commands, FOLDER/man8/hubtap-hub.8, and
# FOLDER/completions/ for bash (hubtap.bash), zsh (_hubtap) and fish (hubtap.fish). To read one:
#
#   man -M .build/manual hubtap-run
#
# The programs are asked what they take, so nothing here can be out of step with them. They are
# those of .build/release, or of the folder HUBTAP_BIN. Pages are dated by SOURCE_DATE_EPOCH, or
# else by today.
#
# Exit codes: 0 written; 1 failed; 2 wrong usage, or the programs are not built.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/common.sh"
readonly programs=${HUBTAP_BIN:-$project/.build/release}

folder=
for argument in "$@"; do
    case $argument in
    -h | --help) print_help "$0"; exit 0 ;;
    -*) die 2 "unknown option '$argument'; see $0 --help" ;;
    *)
        [[ -z $folder ]] || die 2 "one folder, not '$folder' and '$argument'"
        folder=$argument
        ;;
    esac
done
folder=${folder:-$project/.build/manual}
for program in hubtap hubtap-hub; do
    [[ -x $programs/$program ]] || die 2 "no $program in $programs; build it: swift build -c release --static-swift-stdlib"
done

version=$("$programs/hubtap" --version)
export HUBTAP_VERSION=$version
# What is left of commands that are no more must not stay.
rm -rf "$folder/man1" "$folder/man8" "$folder/completions"
mkdir -p "$folder/completions"
"$programs/hubtap" --experimental-dump-help | python3 "$here/lib/manual.py" commands "$folder"
"$programs/hubtap-hub" --help | python3 "$here/lib/manual.py" usage "$folder" hubtap-hub
for shell in bash:hubtap.bash zsh:_hubtap fish:hubtap.fish; do
    "$programs/hubtap" --generate-completion-script "${shell%%:*}" >"$folder/completions/${shell#*:}"
done
pages=("$folder"/man?/*)
good "${#pages[@]} man pages and completions for bash, zsh and fish in $folder"
