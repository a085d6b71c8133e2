# What every script shares: words on the screen, checks, and where Swift is.
# Sourced, never run.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly project
readonly swift_wanted=6.3

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
    bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' dim=$'\e[2m' plain=$'\e[0m'
else
    bold='' green='' red='' dim='' plain=''
fi

started=$SECONDS

# A heading, with the time since the start.
step() { printf '\n%s== %s%s %s[%d s]%s\n' "$bold" "$*" "$plain" "$dim" $((SECONDS - started)) "$plain"; }
say() { printf '   %s\n' "$*"; }
good() { printf '   %sok%s   %s\n' "$green" "$plain" "$*"; }
bad() { printf '   %sFAIL%s %s\n' "$red" "$plain" "$*"; }

# die CODE WORDS: ends the script. 1: failed while running; 2: wrong usage or something missing.
die() {
    local code=$1
    shift
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit "$code"
}

need_root() {
    [[ $(id -u) -eq 0 ]] || die 2 "needs root, for network namespaces: sudo $0"
}

# Prints the file's head comment, from the second line to the first line that is no comment.
print_help() { sed -n '2,/^[^#]/{/^#/{s/^# \{0,1\}//;p}}' "$1"; }

# is_wanted_swift PROGRAM: true if it is the toolchain the package asks for, or a later one.
is_wanted_swift() {
    local version
    version=$("$1" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [[ -n $version ]] && printf '%s\n%s\n' "$swift_wanted" "$version" | sort -V -C
}

# Puts the Swift toolchain's folder in `PATH`; sudo's path rarely has it.
find_swift() {
    local home candidate
    home=$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6)
    for candidate in "$(command -v swift || true)" \
        "$home"/.local/share/swiftly/bin/swift "$home"/.swiftly/bin/swift \
        /opt/swift*/usr/bin/swift /usr/share/swift*/usr/bin/swift /usr/libexec/swift*/bin/swift \
        /usr/local/swift*/usr/bin/swift /usr/local/bin/swift "$home"/swift*/usr/bin/swift; do
        [[ -x $candidate ]] || continue
        if is_wanted_swift "$candidate"; then
            PATH=$(dirname "$candidate"):$PATH
            export PATH
            return 0
        fi
    done
    cat >&2 <<WORDS
${0##*/}: no Swift $swift_wanted toolchain found (PATH, /opt/swift*, /usr/share/swift*, swiftly).
Get it from https://www.swift.org/install/linux/ (Debian 12), unpack it to /opt/swift, and try again:
    tar -xzf swift-6.3.1-RELEASE-debian12.tar.gz && sudo mv swift-6.3.1-RELEASE-debian12 /opt/swift
WORDS
    exit 2
}

# as_owner COMMAND...: runs it as the owner of the checkout, so that no build folder ends up root's.
as_owner() {
    local owner
    owner=$(stat -c %U "$project")
    if [[ $owner == root || $owner == UNKNOWN || $(id -u) -ne 0 ]]; then
        "$@"
    else
        runuser -u "$owner" -- env HOME="$(getent passwd "$owner" | cut -d: -f6)" PATH="$PATH" "$@"
    fi
}

# build_release [PACKAGE-FOLDER]: the programs as they are deployed. They carry the Swift runtime, so that
# the box needs none of it, and so that what is called a hundred times for an event is called directly.
build_release() { as_owner swift build -c release --static-swift-stdlib --package-path "${1:-$project}"; }

# wait_for SECONDS WHAT COMMAND...: until the command succeeds; fails, naming WHAT, when it never does.
wait_for() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= deadline)); then
            printf '%s: waited in vain for %s\n' "${0##*/}" "$what" >&2
            return 1
        fi
        sleep 0.1
    done
}
