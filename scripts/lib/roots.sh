# The roots that the lab's servers live in. Sourced, never run.
#
# Theory of operation. A layer is what `apt-get install` changed in a private copy of a Debian
# (overlay: the host's own files below, never written to), kept as a tar file in a cache folder. A
# server's root is the Debian below and a copy of the layer on it, in memory. So nothing is
# installed on the host, and after the first time no network is needed. Where the host's own
# files cannot lie below (no Debian, or /usr on a file system of its own) a Debian made by
# debootstrap in the cache folder does.

readonly lab_cache=${HUBTAP_LAB_CACHE:-/var/cache/hubtap-lab}
# Raised when a layer's contents change.
readonly layer_revision=1

layer_packages() {
    case $1 in
    mail) echo postfix libsasl2-modules sasl2-bin rsyslog ;;
    strangers) echo opensmtpd ;;
    esac
}

# What a layer must be able to do, checked in its mounted root.
layer_works() {
    case $1 in
    mail) chroot "$2" sh -c 'postconf -d mail_version && rsyslogd -v && command -v saslpasswd2' ;;
    strangers) chroot "$2" sh -c 'ldd /usr/sbin/smtpd | grep -q "not found" && exit 1; test -x /usr/sbin/smtpd' ;;
    esac >/dev/null 2>&1
}

# The folder below all layers: the host's root, or a Debian of the cache's own.
base_root() {
    local folder
    if [[ ${HUBTAP_LAB_BASE:-host} == host && -e /etc/debian_version ]] &&
        command -v apt-get >/dev/null; then
        for folder in /usr /etc /var /var/lib/dpkg; do
            [[ $(stat -c %d "$folder") == "$(stat -c %d /)" ]] || break
        done
        if [[ $(stat -c %d "$folder") == "$(stat -c %d /)" ]]; then
            echo /
            return
        fi
    fi
    echo "$lab_cache/base"
}

# Where a layer is kept; the name changes when it would no longer fit the base.
layer_file() {
    local release
    release=$(. /etc/os-release && echo "${ID:-linux}-${VERSION_ID:-0}")
    [[ $(base_root) == / ]] || release=debootstrap
    echo "$lab_cache/$1-$release-$(uname -m)-$layer_revision.tar"
}

# stack_root TARGET [LAYER]: a root with a throw-away top, which starts as a copy of the layer.
stack_root() {
    local target=$1 base
    base=$(base_root)
    mkdir -p "$target" "$target.top"
    mount -t tmpfs -o mode=755 hubtap-top "$target.top"
    mkdir "$target.top/upper" "$target.top/work"
    [[ -z ${2:-} ]] || tar --xattrs --xattrs-include='*' -C "$target.top/upper" -xf "$2"
    mount -t overlay hubtap-root \
        -o "lowerdir=$base,upperdir=$target.top/upper,workdir=$target.top/work" "$target" ||
        die 1 "cannot lay an overlay over $base; the lab needs a kernel with overlayfs"
    furnish_root "$target"
}

# What every root has of its own; nobody's home is seen from inside.
furnish_root() {
    local folder
    mount -t proc proc "$1/proc"
    mkdir -p "$1/dev" "$1/run" "$1/tmp" "$1/root" "$1/home"
    mount --rbind /dev "$1/dev"
    for folder in run tmp root home; do mount -t tmpfs "hubtap-$folder" "$1/$folder"; done
    chmod 1777 "$1/tmp"
    mkdir -p "$1/run/lock"
    mkdir -m 1777 "$1/run/tmp"
    rm -f "$1/etc/resolv.conf"
    cp /run/lab/resolv.conf "$1/etc/resolv.conf"
}

# mount_root LAYER TARGET: a root for one server, gone with the sandbox.
mount_root() {
    stack_root "$2" "$(layer_file "$1")"
    : >"$2/etc/resolv.conf"
    echo 'hosts: files' >"$2/etc/nsswitch.conf"
    printf 'passwd: files\ngroup: files\nshadow: files\n' >>"$2/etc/nsswitch.conf"
}

# True if every layer is in the cache.
layers_cached() {
    local layer
    for layer in mail strangers; do
        [[ -e $(layer_file "$layer") ]] || return 1
    done
}

# Makes what is missing; runs in a sandbox with the host's network.
prepare_layers() {
    local layer
    mkdir -p "$lab_cache"
    # The layers hold a copy of the host's account files.
    chmod 700 "$lab_cache"
    [[ $(base_root) == / ]] || prepare_base
    for layer in mail strangers; do
        [[ -e $(layer_file "$layer") ]] || prepare_layer "$layer"
    done
}

prepare_base() {
    [[ -e $lab_cache/base/.complete ]] && return
    say "making a Debian for the lab's servers (once)"
    install_missing debootstrap
    rm -rf "$lab_cache/base"
    debootstrap --variant=minbase bookworm "$lab_cache/base" >"$lab_cache/base.log" 2>&1 ||
        die 1 "debootstrap failed; see $lab_cache/base.log"
    rm -rf "$lab_cache"/base/var/cache/apt/archives/*.deb
    touch "$lab_cache/base/.complete"
}

prepare_layer() {
    local layer=$1 root=/run/lab/prepare-$1
    say "installing $(layer_packages "$layer") into a layer of the lab (once)"
    stack_root "$root"
    # invoke-rc.d asks this; 101 forbids starting anything.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    echo 'postfix postfix/main_mailer_type select No configuration' |
        chroot "$root" debconf-set-selections
    # shellcheck disable=SC2046
    install_in_root "$root" $(layer_packages "$layer") ||
        die 1 "could not install $(layer_packages "$layer"); the first time needs a network"
    layer_works "$layer" "$root" || die 1 "the layer '$layer' does not work"
    keep_layer "$root.top/upper" "$(layer_file "$layer")"
}

# apt in a root: with the lists as they are, else with fresh ones.
install_in_root() {
    local root=$1 log=$lab_cache/apt.log
    shift
    local install=(env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get install -y -q
        --no-install-recommends "$@")
    chroot "$root" "${install[@]}" >"$log" 2>&1 && return
    chroot "$root" apt-get update -q >>"$log" 2>&1 || true
    chroot "$root" "${install[@]}" >>"$log" 2>&1 && return
    tail -n 20 "$log" >&2
    return 1
}

# Packs a finished layer into the cache in one step, without what only apt needs.
keep_layer() {
    (cd "$1" && rm -rf var/lib/apt/lists var/cache/apt var/cache/man var/log run tmp root home \
        dev proc etc/resolv.conf)
    tar --xattrs --xattrs-include='*' -C "$1" -cf "$2.new" .
    mv "$2.new" "$2"
    good "$(basename "$2"): $(du -h "$2" | cut -f1) in $lab_cache"
}
