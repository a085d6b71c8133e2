# The Debian packages that building and testing need. Sourced, never run.

readonly build_packages=(
    build-essential pkg-config git ca-certificates libpcap-dev libnl-3-dev libnl-route-3-dev
    libmaxminddb-dev libsqlite3-dev zlib1g-dev libncurses6 tzdata
)
readonly lab_packages=(
    iproute2 iputils-ping procps util-linux tshark tcpdump ethtool iperf3 curl python3 binutils
)
# What reads man pages and completions, to check them.
readonly manual_packages=(man-db mandoc zsh fish)

is_installed() { [[ $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) == 'install ok installed' ]]; }

# Installs what is missing of the named packages; touches nothing when nothing is.
install_missing() {
    local missing=() package
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        good "Debian packages: all $# there"
        return
    fi
    [[ $(id -u) -eq 0 ]] || die 2 "missing: ${missing[*]}; as root: sudo scripts/setup.sh"
    command -v apt-get >/dev/null || die 2 "missing: ${missing[*]}; there is no apt-get to install them with"
    say "installing ${missing[*]}"
    # Without this Debian asks whether all users may capture; hubtap never needs that.
    echo 'wireshark-common wireshark-common/install-setuid boolean false' | debconf-set-selections
    apt_install "${missing[@]}" || die 1 "apt-get could not install ${missing[*]}"
    good "installed ${missing[*]}"
}

# apt_install PACKAGE...: with the lists as they are, and only when that fails with fresh ones.
apt_install() {
    local log
    local install=(apt-get install -y -q --no-install-recommends -o Dpkg::Use-Pty=0
        -o Dpkg::Options::=--force-confold "$@")
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    if "${install[@]}" >"$log" 2>&1 ||
        { apt-get update -q >>"$log" 2>&1 && "${install[@]}" >>"$log" 2>&1; }; then
        rm -f "$log"
        return
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
}
