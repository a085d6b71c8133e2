#!/usr/bin/env bash
# check-hub.sh - is the privileged program as small as it must be?
#
#   scripts/check-hub.sh [PROGRAM]    default: .build/release/hubtap-hub
#   scripts/check-hub.sh --help
#
# hubtap-hub is the one process with network privileges. No mail, rule, YAML, SQL, HTTP, TLS,
# address-table or capture-file code may be linked into it, nor Foundation.
#
# Exit codes: 0 none is; 1 some is, named; 2 no such program.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/common.sh"
case ${1:-} in
-h | --help) print_help "$0"; exit 0 ;;
-*) die 2 "unknown option '$1'; see $0 --help" ;;
esac
program=${1:-$project/.build/release/hubtap-hub}
[[ -x $program ]] || die 2 "no program at $program; build it: swift build -c release --static-swift-stdlib"

found=()
modules='TapFlow|TapObserve|TapMail|TapRelay|TapCertificates|X509|SwiftASN1|TapCapture|TapPlaces|TapStore|TapSinks|TapConfig|Yams|GRDB'
modules+='|NIO[A-Za-z]*|Crypto|Logging|ArgumentParser|ServiceLifecycle|Foundation[A-Za-z]*'
# Swift symbols begin with the length and the name of their module.
while read -r module; do found+=("module $module"); done < <(
    nm "$program" 2>/dev/null | grep -oE " [A-Za-z] \\\$s[0-9]+($modules)[0-9A-Z]" |
        sed -E 's/.*\$s[0-9]+//; s/.$//' | sort -u
)
while read -r library; do found+=("library $library"); done < <(
    ldd "$program" | grep -oE 'lib(sqlite3|pcap|maxminddb|curl|ssl|crypto|xml2|yaml|Foundation[A-Za-z]*)[^ ]*' | sort -u
)
while read -r word; do found+=("text \"$word\""); done < <(
    strings -n 4 "$program" | grep -xE 'EHLO.*|STARTTLS.*|PRAGMA .*|HTTP/1\.[01].*|%YAML.*' | sort -u
)
((${#found[@]} == 0)) || die 1 "$(basename "$program") links: $(printf '%s; ' "${found[@]}")"
good "$(basename "$program"): no mail, YAML, SQL, HTTP or capture code; $(du -h "$program" | cut -f1)"
