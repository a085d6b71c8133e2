#!/usr/bin/env bash
# lab.sh - the mail lab: network namespaces and real mail servers, gone when it ends
#
#   sudo scripts/lab.sh prepare           makes the servers' roots (once; needs a network)
#   sudo scripts/lab.sh shell             a shell in a lab with Postfix, OpenSMTPD and rsyslog up
#   sudo scripts/lab.sh hold [--mail]     a lab for tests: says "ready PID", ends with its input
#   sudo scripts/lab.sh wipe              removes the cache folder
#   scripts/lab.sh --help
#
#        outside                 tap                    inside
#   strangers' server     eth0 [ hubtap ] eth1      Postfix, example.org
#   198.51.100.25         no addresses              192.0.2.25
#   abusers 203.0.113.0/24
#
# The servers are Debian's own packages in roots of their own: an overlay over this host's files,
# which are never written to. Nothing is installed, enabled or started on the host. The roots are
# kept in /var/cache/hubtap-lab (or $HUBTAP_LAB_CACHE), and from then on no network is needed.
# HUBTAP_LAB_BASE=debootstrap makes a Debian for them instead of using this host's files.
#
# In the shell: "in_ns NAMESPACE COMMAND..." (outside, tap, inside), "relay on", "relay off", "protect on",
# "send_mail ..." (see scripts/lib/send-mail.py --help).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/common.sh"
source "$here/lib/packages.sh"
source "$here/lib/sandbox.sh"
source "$here/lib/roots.sh"
source "$here/lib/mail-lab.sh"

prepare() {
    need_root
    if layers_cached; then
        good "the lab's roots are in $lab_cache"
    else
        sandbox --host-network "$here/lab.sh" inside-prepare
    fi
}

# The first process of a lab that a test holds: ends when its input ends or on a signal.
hold() {
    trap 'exit 143' TERM
    sandbox_settle tap
    lab_topology
    [[ ${1:-} != --mail ]] || lab_servers
    # shellcheck disable=SC2154
    echo "ready $sandbox_process"
    while read -r _; do :; done
}

case ${1:-} in
-h | --help) print_help "$0" ;;
prepare) prepare ;;
inside-prepare) sandbox_settle lab-prepare; prepare_layers ;;
shell)
    need_root
    prepare
    sandbox "$here/lab.sh" inside-shell
    ;;
inside-shell)
    sandbox_settle tap
    lab_topology
    lab_servers
    lab_cable
    say "a plain bridge stands where the tap would; namespaces: $(lab_names)"
    bash --rcfile <(echo "source $here/lib/common.sh; source $here/lib/mail-lab.sh; set +e") -i
    ;;
hold)
    need_root
    [[ ${2:-} != --mail ]] || prepare >&2
    sandbox "$here/lab.sh" inside-hold "${2:-}"
    ;;
inside-hold) hold "${2:-}" ;;
relay | protect | send_mail | lab_cable | start_rsyslog) "$@" ;;
wipe) need_root; rm -rf "$lab_cache"; good "removed $lab_cache" ;;
*) die 2 "unknown command '${1:-}'; see $0 --help" ;;
esac
