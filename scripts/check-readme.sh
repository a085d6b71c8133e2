#!/usr/bin/env bash
# check-readme.sh - does every command in the README do what it says?
#
#   sudo scripts/check-readme.sh [FILE...]    default: README.md
#   scripts/check-readme.sh --options [FILE...]    only commands and options against the help
#   scripts/check-readme.sh --help
#
# Every command of a shell block is held against the help of its program or script, and every
# hubtap command is then run in the mail lab, with hubtap between eth0 and eth1 and some abuse
# in its ring. Commands that go on until Ctrl-C get one after four seconds. The scripts that the
# README names are run by scripts/test.sh itself.
#
# Exit codes: 0 all well; 1 a command is wrong, named; 2 something is missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/common.sh"
source "$here/lib/packages.sh"
source "$here/lib/sandbox.sh"
source "$here/lib/roots.sh"
source "$here/lib/mail-lab.sh"
readonly programs=${HUBTAP_BIN:-$project/.build/release}

start_hubtap() {
    ip netns exec tap hubtap run >"$lab/run.log" 2>&1 &
    daemon=$!
    wait_for 20 "frames to cross" in_ns inside ping -c 1 -W 1 192.0.2.1 || die 1 "$(cat "$lab/run.log")"
}

stop_hubtap() {
    [[ -n ${daemon:-} ]] || return 0
    kill -TERM "$daemon"
    wait "$daemon" || true
    daemon=
}

# A world in which the README's words are true: programs in the path, a configuration, a capture.
furnish() {
    sandbox_cover /etc /var/lib /var/log
    local extcap
    extcap=$(tshark -G folders 2>/dev/null | sed -n 's/^\(Global \)\?Extcap path:[[:space:]]*//p')
    sandbox_cover "${extcap%/*}"
    mkdir -p /etc/hubtap "$lab/bin" "$lab/reader"
    # What the README asks to be there already.
    printf '#!/bin/sh\nexec "$@"\n' >"$lab/bin/sudo"
    printf '#!/bin/sh\ntrap "" INT\ncat >/dev/null\n' >"$lab/bin/wireshark"
    printf '#!/bin/sh\nshift\nexec "$@"\n' >"$lab/bin/ssh"
    chmod +x "$lab/bin"/*
    export PATH=$lab/bin:$programs:$PATH
    cat >/etc/hubtap/hubtap.yaml <<CONF
ports: [eth0, eth1]
mail: { inside: [eth1], servers: [$mail_server], domains: [example.org], networks: [192.0.2.0/24] }
alerts: { evidence: { after: 1s } }
CONF
    start_hubtap
    send_mail outside --bind "${abusers[0]}" --helo eyebox --from '' --to mark@example.net \
        --size 1117 --quiet
    in_ns tap hubtap dump -w "$lab/sample.pcapng"
    wait_for 20 "evidence" bash -c 'compgen -G "/var/lib/hubtap/evidence/*.pcapng" >/dev/null'
}

# Captures that a command reads are there; those that it writes are not.
provide_captures() {
    local word previous=
    for word in $1; do
        if [[ $word =~ \.pcap(ng)?$ && $previous != -w && ! -e $word ]]; then
            mkdir -p "$(dirname "$word")"
            cp "$lab/sample.pcapng" "$word"
        fi
        previous=$word
    done
}

run_command() {
    local line=$1 limit=60 status=0
    cd "$lab/reader"
    provide_captures "$line"
    case "$line " in *'hubtap run '* | *'hubtap hub '* | *'hubtap check '* | *'hubtap restore '*) stop_hubtap ;; esac
    case "$line " in
    *'hubtap run '* | *'hubtap hub '* | *'hubtap observe '* | *'hubtap watch '* | *'hubtap follow '* | *' -i hubtap '*)
        limit=4
        ;;
    esac
    # A command that the limit ended in order exits 0.
    in_ns tap timeout --preserve-status --signal INT --kill-after 5 "$limit" \
        bash -o pipefail -c "$line" >"$lab/command.out" 2>&1 </dev/null || status=$?
    [[ -n ${daemon:-} ]] || start_hubtap
    if ((status == 0)); then good "$line"; else
        bad "$line (exit code $status)"
        tail -n 5 "$lab/command.out" | sed 's/^/   | /'
        wrong=$((wrong + 1))
    fi
}

inside() {
    trap 'exit 143' TERM
    sandbox_settle tap
    lab_topology
    lab_servers
    furnish
    local file line
    wrong=0
    for file in "$@"; do
        while read -r line; do
            if [[ $line =~ (^|[ /])hubtap\  ]]; then run_command "$line"; fi
        done < <(python3 "$here/lib/readme-commands.py" list "$file")
    done
    stop_hubtap
    ((wrong == 0)) || die 1 "$wrong commands failed"
}

only_options=no files=()
for argument in "$@"; do
    case $argument in
    -h | --help) print_help "$0"; exit 0 ;;
    --inside) inside "${@:2}"; exit ;;
    --options) only_options=yes ;;
    -*) die 2 "unknown option '$argument'; see $0 --help" ;;
    *) files+=("$(realpath "$argument")") ;;
    esac
done
((${#files[@]} > 0)) || files=("$project/README.md")
[[ -x $programs/hubtap ]] || die 2 "no hubtap in $programs; build it: swift build -c release --static-swift-stdlib"
for file in "${files[@]}"; do
    [[ -r $file ]] || die 2 "there is no $file"
    python3 "$here/lib/readme-commands.py" check "$file" "$programs" ||
        die 1 "$file names commands or options that do not exist"
done
[[ $only_options == no ]] || exit 0
need_root
"$here/lab.sh" prepare
sandbox "$here/check-readme.sh" --inside "${files[@]}"
