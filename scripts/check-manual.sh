#!/usr/bin/env bash
# check-manual.sh - do the man pages and completions know every command and option?
#
#   scripts/check-manual.sh           makes them in a folder of its own and holds them against the help
#   scripts/check-manual.sh --help
#
# There is a page for each command that `hubtap --help` lists, for theirs, and for hubtap-hub; each option of a
# command's help is on its page and, if it is one of hubtap's, in the completions; man(1) and mandoc(1)
# have no warning for any page; bash, zsh and fish can read their completions.
#
# Exit codes: 0 they do; 1 something is missing or wrong, named; 2 no programs or no readers of pages.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/common.sh"
source "$here/lib/packages.sh"
case ${1:-} in
-h | --help) print_help "$0"; exit 0 ;;
'') ;;
*) die 2 "unknown argument '$1'; see $0 --help" ;;
esac
install_missing "${manual_packages[@]}"
readonly programs=${HUBTAP_BIN:-$project/.build/release}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$here/manual.sh" "$scratch"
readonly completions=("$scratch"/completions/*)
wrong=0

# complain WORDS: one thing that is wrong.
complain() {
    bad "$*"
    wrong=$((wrong + 1))
}

# options_of PROGRAM [COMMAND]: the long options that its help lists.
options_of() {
    "$programs/$1" "${@:2}" --help | grep -oE -- '^ +(-[a-z], )?--[a-z-]+' | grep -oE -- '--.*' | sort -u
}

# check_page PAGE PROGRAM [COMMAND]: the page is there, no reader objects to it, and it has every option.
check_page() {
    local page=$scratch/$1 option words
    [[ -s $page ]] || { complain "${*:2} has no page $1"; return; }
    # Without -Z man(1) would not say what groff warns of.
    words=$(LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -E UTF-8 -Tutf8 -Z -l "$page" 2>&1 >/dev/null || true)
    words+=$(mandoc -T lint -W warning "$page" || true)
    [[ -z $words ]] || complain "$1: $words"
    LC_ALL=C.UTF-8 MANWIDTH=100 man -P cat -l "$page" | sed -n '/^OPTIONS/,/^EXIT/p' >"$scratch/options"
    while read -r option; do
        grep -qE -- "(^|[^-[:alnum:]])$option([^-[:alnum:]]|$)" "$scratch/options" ||
            complain "$1 is silent on $option"
    done < <(options_of "${@:2}")
}

# check_completions COMMAND...: each shell completes the command and its options.
check_completions() {
    local file option
    for file in "${completions[@]}"; do
        grep -qw -- "${*: -1}" "$file" || complain "${file##*/} does not know $*"
        while read -r option; do
            # fish names long options without their dashes.
            grep -qE -- "(--|-l '?)${option#--}([^-[:alnum:]]|$)" "$file" ||
                complain "${file##*/} does not know $option of $*"
        done < <(options_of hubtap "$@")
    done
}

# commands_of [COMMAND]: each command below it, with those above it, and theirs.
commands_of() {
    local name
    while read -r name; do
        echo "$* $name"
        commands_of "$@" "$name"
    done < <("$programs/hubtap" "$@" --help | sed -n '/^SUBCOMMANDS:/,/^$/s/^  \([a-z-]\{1,\}\) .*/\1/p')
}

mapfile -t commands < <(commands_of)
((${#commands[@]} > 0)) || die 1 "hubtap --help lists no commands"
check_page man1/hubtap.1 hubtap
check_page man8/hubtap-hub.8 hubtap-hub
for command in "${commands[@]}"; do
    read -ra words <<<"$command"
    check_page "man1/hubtap-$(IFS=- && echo "${words[*]}").1" hubtap "${words[@]}"
    check_completions "${words[@]}"
done
pages=("$scratch"/man?/*)
((${#pages[@]} == ${#commands[@]} + 2)) || complain "${#pages[@]} pages for ${#commands[@]} commands and two programs"
((${#completions[@]} == 3)) || complain "completions for ${#completions[@]} shells, not for three"
bash -n "$scratch/completions/hubtap.bash" || complain "bash cannot read hubtap.bash"
zsh -n "$scratch/completions/_hubtap" || complain "zsh cannot read _hubtap"
fish --no-config --no-execute "$scratch/completions/hubtap.fish" || complain "fish cannot read hubtap.fish"
((wrong == 0)) || die 1 "$wrong mistakes"
good "${#commands[@]} commands: each has its page, its options and its completions"
