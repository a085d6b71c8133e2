# A world of its own for the lab: mounts, processes, network and host name. Sourced, never run.
#
# Theory of operation. The lab's processes live in a PID namespace and its mounts in a mount
# namespace. /run, /dev and /dev/shm are private there, so named network namespaces, sockets and
# rings never touch the host's. When the namespace's first process ends (whatever ends it,
# kill -9 included) the kernel ends every other one and takes mounts and links apart: there is
# nothing left to clean up, and nothing that a crash could leave behind.

# sandbox [--host-network] COMMAND...: runs COMMAND as the first process of a new sandbox and
# passes on its exit code. Signals to this script end the sandbox in order.
sandbox() {
    local network=--net status=0
    if [[ $1 == --host-network ]]; then
        network=
        shift
    fi
    # Signals that are ignored when a shell starts cannot be caught in it: only TERM goes in.
    # shellcheck disable=SC2086
    setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork \
        --kill-child=KILL --uts $network "$@" <&0 &
    sandbox_outer=$!
    trap 'sandbox_end TERM' INT TERM HUP
    wait "$sandbox_outer" || status=$?
    while kill -0 "$sandbox_outer" 2>/dev/null; do
        wait "$sandbox_outer" || status=$?
    done
    trap - INT TERM HUP
    return "$status"
}

# Asks the sandbox's first process to end.
sandbox_end() {
    local first
    first=$(cat "/proc/$sandbox_outer/task/$sandbox_outer/children" 2>/dev/null) || return 0
    # shellcheck disable=SC2086
    [[ -z $first ]] || kill -"$1" $first 2>/dev/null || true
}

# Called by the first process of a sandbox: private /proc, /run, /dev, and a host name.
sandbox_settle() {
    [[ $$ -eq 1 ]] || die 2 "not in a sandbox"
    # The number this process has outside, read while the outside's /proc is still there.
    read -r sandbox_process _ </proc/self/stat
    local resolv
    resolv=$(cat /etc/resolv.conf 2>/dev/null || true)
    mount -t proc proc /proc
    mount -t tmpfs -o mode=755 hubtap-run /run
    mkdir -p /run/netns /run/lab /run/lock
    sandbox_devices
    # For apt in the roots; the lab itself reaches no name server.
    printf '%s\n' "$resolv" >/run/lab/resolv.conf
    mkdir -p /run/tmp
    chmod 1777 /run/tmp
    export TMPDIR=/run/tmp
    hostname "$1"
    ip link set lo up 2>/dev/null || true
}

# A /dev with the harmless devices only, so that /dev/log and /dev/shm are the sandbox's own.
sandbox_devices() {
    local fresh=/run/lab/dev device
    mkdir -p "$fresh"
    mount -t tmpfs -o mode=755 hubtap-dev "$fresh"
    for device in null zero full random urandom tty; do
        touch "$fresh/$device"
        mount --bind "/dev/$device" "$fresh/$device"
    done
    if [[ -e /dev/net/tun ]]; then
        mkdir "$fresh/net"
        touch "$fresh/net/tun"
        mount --bind /dev/net/tun "$fresh/net/tun"
    fi
    mkdir "$fresh/shm" "$fresh/pts"
    mount -t tmpfs -o mode=1777 hubtap-shm "$fresh/shm"
    mount --rbind /dev/pts "$fresh/pts"
    ln -s /proc/self/fd "$fresh/fd"
    ln -s /proc/self/fd/0 "$fresh/stdin"
    ln -s /proc/self/fd/1 "$fresh/stdout"
    ln -s /proc/self/fd/2 "$fresh/stderr"
    ln -s pts/ptmx "$fresh/ptmx"
    mount --rbind "$fresh" /dev
}

# sandbox_cover FOLDER...: what is written there stays in the sandbox.
sandbox_cover() {
    local folder store
    for folder in "$@"; do
        store=/run/lab/cover$folder
        mkdir -p "$store/upper" "$store/work"
        mount -t overlay hubtap-cover \
            -o "lowerdir=$folder,upperdir=$store/upper,workdir=$store/work" "$folder"
    done
}
