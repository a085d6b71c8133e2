#!/usr/bin/env bash
# demo.sh - hubtap at work, from an empty machine to the alert in syslog
#
#   sudo scripts/demo.sh              a lab in network namespaces: nothing but a Debian is needed
#   sudo scripts/demo.sh eth0 eth1    the same watching on two real NICs, until Ctrl-C
#   scripts/demo.sh --help
#
# The lab: an outside with a stranger's mail server (OpenSMTPD), hubtap on two NICs without
# addresses, and a Postfix that relays for everybody by mistake. Ordinary mail passes, then the
# abuse; rsyslog writes down what hubtap raises; the ring is dumped and read by tshark; then the
# relay is closed and the next attempt is refused.
#
# On real NICs the ports are put back as they were at the end. What a run needs is installed
# from Debian packages (scripts/setup.sh); the lab leaves nothing behind, whatever ends it.
#
# Exit codes: 0 everything expected was seen; 1 something was not; 2 something is missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/common.sh"
source "$here/lib/packages.sh"
source "$here/lib/sandbox.sh"
source "$here/lib/roots.sh"
source "$here/lib/mail-lab.sh"

readonly programs=${HUBTAP_BIN:-$project/.build/release}
readonly hubtap=$programs/hubtap
failures=0

# expect WORDS COMMAND...: a thing that the demo promises.
expect() {
    local words=$1
    shift
    if "$@" >/dev/null 2>&1; then good "$words"; else
        bad "$words"
        failures=$((failures + 1))
    fi
}

# The same, given up to ten seconds.
expect_soon() {
    local words=$1
    shift
    wait_for 10 "$words" "$@" 2>/dev/null || true
    expect "$words" "$@"
}

build() {
    step "Building hubtap (release)"
    if [[ -n ${HUBTAP_BIN:-} ]]; then
        [[ -x $hubtap ]] || die 2 "no hubtap in $programs"
        say "taking the programs in $programs"
        return
    fi
    find_swift
    build_release
}

write_configuration() {
    cat >"$lab/hubtap.yaml" <<CONF
ports: [eth0, eth1]
plane: packet
ring: { path: /dev/shm/hubtap/ring, size: 64MiB }
mail:
  inside: [eth1]
  servers: [$mail_server]
  domains: [example.org]
  networks: [192.0.2.0/24]
alerts:
  syslog: ["unix:/dev/log", "tcp://127.0.0.1:601"]
  eve: $lab/eve.json
store: $lab/hubtap.sqlite
CONF
}

tap() { in_ns tap "$hubtap" "$@"; }
has_line() { grep -qE -- "$2" "$1"; }
# The server takes passwords in clear text, and Alice sends hers so: that is said; it accuses nobody.
accusations() {
    grep '"event_type":"alert"' "$lab/eve.json" | grep -vcE '"rule":"(posture.weak|account.cleartext)"' || true
}

start_hubtap() {
    step "hubtap takes its place between eth0 and eth1"
    write_configuration
    sed 's/^/   | /' "$lab/hubtap.yaml"
    port_state >"$lab/ports.before"
    ip netns exec tap "$hubtap" run eth0 eth1 --config "$lab/hubtap.yaml" >"$lab/run.log" 2>&1 &
    hubtap_run=$!
    if ! wait_for 20 "hubtap's ring" tap status --config "$lab/hubtap.yaml"; then
        cat "$lab/run.log"
        die 1 "hubtap did not start"
    fi
    tap watch --config "$lab/hubtap.yaml" >"$lab/watch.txt" 2>"$lab/watch.err" &
    expect_soon "frames cross: the desk reaches the outside" \
        in_ns inside ping -c 1 -W 1 192.0.2.1
}

# All that a stop must put back.
port_state() {
    local port
    for port in eth0 eth1; do
        ip -n tap -d -o link show "$port"
        in_ns tap tc qdisc show dev "$port"
        in_ns tap ethtool -k "$port"
        in_ns tap bash -c "grep -s . /proc/sys/net/ipv[46]/conf/$port/*" || true
    done
}

ordinary_mail() {
    step "Ordinary mail"
    send_mail outside --server "$strangers_server" --bind "$strangers_server" --quiet \
        --helo pc.example.net --from bob@example.net --to alice@example.org --subject 'lunch?'
    send_mail inside --bind 192.0.2.50 --helo desk.example.org --quiet \
        --from alice@example.org --to bob@example.net --subject 'lunch!'
    send_mail outside --bind "${abusers[1]}" --helo laptop.example.org --quiet \
        --auth alice@mail.example.org:a-lab-password \
        --from alice@example.org --to bob@example.net --subject 'on the train'
    expect_soon "a stranger's mail reached Alice" house_has 'lunch?'
    expect_soon "Alice's mail from her desk and, logged in, from the train reached him" \
        strangers_have 'lunch!|on the train' 2
    expect_soon "hubtap has seen the four transactions that crossed it" transactions_seen 4
    expect "and accused nobody" test "$(accusations)" -eq 0
}

house_has() { house_mail | grep -qF -- "$1"; }
strangers_have() { [[ $(strangers_mail | grep -cE -- "$1") -ge $2 ]]; }
transactions_seen() { [[ $(grep -c '"event_type":"smtp"' "$lab/eve.json") -ge $1 ]]; }

abuse() {
    step "The abuse: strangers write to strangers through Postfix"
    send_mail outside --bind "${abusers[0]}" --helo eyebox --from '' --to mark@example.net --size 1117
    local number=1 address
    for address in "${abusers[@]}"; do
        send_mail outside --bind "$address" --helo "eyebox$number" --quiet --size 1117 \
            --from "" --to "victim$number@example.net"
        send_mail outside --bind "$address" --helo "eyebox$number" --quiet --size 1117 \
            --from "sender$number@invalid.example" --to "victim$number@example.net"
        number=$((number + 1))
    done
    say "... and six more, each from another sender"
    expect_soon "Postfix passed them on: they lie in the strangers' server" \
        strangers_have 'Delivered-To: victim' 6
}

show_alerts() {
    step "What hubtap made of it"
    local alerts=$lab/syslog/var/log/alerts.log far=$lab/syslog/var/log/far.log
    expect_soon "an alert of relay.null" has_line "$lab/eve.json" '"rule":"relay.null"'
    expect_soon "an alert of relay.open" has_line "$lab/eve.json" '"rule":"relay.open"'
    expect_soon "rsyslog wrote it down, from /dev/log" has_line "$alerts" 'relay\.null'
    expect_soon "and from TCP, with its structured data" has_line "$far" 'hubtap@32473 rule="relay\.null"'
    say "rsyslog's file (the first two of $(wc -l <"$alerts") lines):"
    head -n 2 "$alerts" | sed 's/^/   | /'
    expect_soon "the dialogue in plain words" has_line "$lab/watch.txt" 'I am eyebox.*1117 octets'
    say "hubtap watch:"
    grep -E 'eyebox|sender' "$lab/watch.txt" | head -n 12 | sed 's/^/   | /'
}

show_status() {
    step "hubtap status"
    tap status --config "$lab/hubtap.yaml" | sed 's/^/   | /'
    tap status --json --config "$lab/hubtap.yaml" >"$lab/status.json"
    expect "the ledger balances" python3 "$here/lib/check-ledger.py" "$lab/status.json"
}

show_dump() {
    step "The last five minutes of the ring, read by tshark"
    expect "hubtap dump -w ring.pcapng --last 5m port 25" \
        tap dump --config "$lab/hubtap.yaml" -w "$lab/ring.pcapng" --last 5m port 25
    expect "tshark finds the null sender and the size in it" \
        has_line <(read_smtp smtp) 'MAIL FROM:<> SIZE=1117'
    local stream
    stream=$(tshark -n -r "$lab/ring.pcapng" -Y 'smtp contains "FROM:<> SIZE=1117"' \
        -T fields -e tcp.stream 2>/dev/null | head -n 1)
    say "that connection:"
    read_smtp "smtp && tcp.stream == ${stream:-0}" | sed 's/^/   | /'
}

# tshark's words for the packets of the dump that a filter takes.
read_smtp() {
    tshark -n -r "$lab/ring.pcapng" -Y "$1" -T fields -e frame.interface_name -e ip.src \
        -e _ws.col.Info 2>/dev/null | cut -c1-120
}

close_relay() {
    step "The relay is closed; the stranger tries again"
    relay off
    send_mail outside --bind "${abusers[0]}" --helo eyebox --from '' --to mark@example.net \
        --size 1117 --expect refused
    expect_soon "hubtap saw an attempt that was refused: relay.attempt" \
        has_line "$lab/eve.json" '"rule":"relay.attempt"'
    expect_soon "rsyslog has it too" has_line "$lab/syslog/var/log/alerts.log" 'relay\.attempt'
    grep 'relay.attempt' "$lab/syslog/var/log/alerts.log" | sed 's/^/   | /' || true
}

stop_hubtap() {
    step "Stopping"
    kill -TERM "$hubtap_run"
    expect "hubtap ended in order" wait "$hubtap_run"
    port_state >"$lab/ports.after"
    expect "the ports are as they were" diff "$lab/ports.before" "$lab/ports.after"
    diff "$lab/ports.before" "$lab/ports.after" | sed 's/^/   | /' || true
}

# The whole lab; the first process of a sandbox.
inside_lab() {
    trap 'exit 143' TERM
    sandbox_settle tap
    step "The lab: outside -- eth0 [tap] eth1 -- inside"
    lab_topology
    lab_servers
    good "Postfix (mail.example.org, relays for everybody), OpenSMTPD (mx.example.net), rsyslogd"
    start_hubtap
    ordinary_mail
    abuse
    show_alerts
    show_status
    show_dump
    close_relay
    stop_hubtap
    if ((failures > 0)); then
        step "hubtap's own words"
        sed 's/^/   | /' "$lab/run.log" | tail -n 40
        return 1
    fi
}

# What of the lab can still be seen from the host.
leftovers() {
    mount | grep -E 'hubtap-(run|dev|shm|top|root)' || true
    ip -o link show type veth 2>/dev/null | grep -E '02:00:00:00:00:(01|25|a0|a1)' || true
}

lab_demo() {
    local before after status=0
    before=$(dpkg-query -W -f '${Package} ${Status} ${Version}\n' | sort)
    "$here/lab.sh" prepare
    sandbox "$here/demo.sh" --inside-lab || status=$?
    after=$(dpkg-query -W -f '${Package} ${Status} ${Version}\n' | sort)
    step "The host"
    expect "no package was added or changed" test "$before" == "$after"
    expect "no mount, link or process of the lab is left" test -z "$(leftovers)"
    step "Done in $((SECONDS - started)) s"
    if ((status > 128)); then exit "$status"; fi
    ((status == 0 && failures == 0)) || die 1 "something expected did not appear; see FAIL above"
    say "every expected thing was seen"
}

# Two real NICs: watch until Ctrl-C, then put them back.
real_demo() {
    local scratch run watch='' status=0 stopped=no
    scratch=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$scratch'" EXIT
    cat >"$scratch/hubtap.yaml" <<CONF
ring: { path: /dev/shm/hubtap-demo/ring }
alerts: { syslog: ["unix:/dev/log"], eve: $scratch/eve.json }
store: $scratch/hubtap.sqlite
CONF
    step "hubtap between ${*}; Ctrl-C ends it and puts the ports back"
    "$hubtap" run "$@" --config "$scratch/hubtap.yaml" --on-exit restore &
    run=$!
    # The wait below ends early when a signal comes; the ports are put back by hubtap's own end.
    trap 'stopped=yes' INT TERM HUP
    while kill -0 "$run" 2>/dev/null && [[ $stopped == no ]]; do
        if "$hubtap" status --config "$scratch/hubtap.yaml" >/dev/null 2>&1; then break; fi
        sleep 0.2
    done
    if kill -0 "$run" 2>/dev/null && [[ $stopped == no ]]; then
        "$hubtap" watch --config "$scratch/hubtap.yaml" &
        watch=$!
        wait "$run" || status=$?
    fi
    step "Stopping"
    kill -TERM $watch "$run" 2>/dev/null || true
    wait "$run" || status=$?
    [[ $stopped == no ]] || status=0
    "$hubtap" restore || status=1
    rm -rf /dev/shm/hubtap-demo
    rmdir --ignore-fail-on-non-empty /run/hubtap 2>/dev/null || true
    ((status > 0)) || good "the ports are as they were"
    exit "$status"
}

case ${1:-} in
-h | --help) print_help "$0"; exit 0 ;;
--inside-lab) inside_lab; exit ;;
-*) die 2 "unknown option '$1'; see $0 --help" ;;
esac
need_root
(($# == 0 || $# >= 2)) || die 2 "needs two ports or none; see $0 --help"
"$here/setup.sh"
build
if (($# == 0)); then lab_demo; else real_demo "$@"; fi
