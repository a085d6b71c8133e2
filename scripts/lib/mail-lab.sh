# The mail lab: three namespaces, two cables, real servers. Sourced inside a sandbox, never run.
#
#        outside                 tap                    inside
#   198.51.100.25         eth0 [      ] eth1        192.0.2.25  Postfix: mail.example.org
#   OpenSMTPD:            no addresses              192.0.2.50  a desk of the house
#   mx.example.net
#   203.0.113.9, .77, .130  who abuses
#   192.0.2.1  the way out
#
# In the tap's namespace rsyslogd listens on /dev/log, and on 127.0.0.1 for UDP 514 and TCP 601.

readonly lab=/run/lab
readonly mail_server=192.0.2.25 strangers_server=198.51.100.25
readonly abusers=(203.0.113.9 203.0.113.77 203.0.113.130)

lab_names() { echo outside tap inside; }

in_ns() {
    local namespace=$1
    shift
    ip netns exec "$namespace" "$@"
}

# in_root NAMESPACE ROOT COMMAND...: the command in a server's root and namespace.
in_root() {
    local namespace=$1 root=$2
    shift 2
    in_ns "$namespace" chroot "$lab/$root" "$@"
}

# Namespaces and cables; the tap's two ports are up to whoever stands there.
lab_topology() {
    local name address
    # No name server is asked, so that nothing waits for one.
    [[ ! -e /etc/resolv.conf ]] || mount --bind /dev/null /etc/resolv.conf
    for name in $(lab_names); do
        ip netns add "$name"
        ip -n "$name" link set lo up
    done
    ip link add eth0 netns outside address 02:00:00:00:00:01 type veth \
        peer name eth0 netns tap address 02:00:00:00:00:a0
    ip link add eth0 netns inside address 02:00:00:00:00:25 type veth \
        peer name eth1 netns tap address 02:00:00:00:00:a1
    # A port that was up once, as a NIC is: the kernel gives it its queue then and never takes it back.
    for name in eth0 eth1; do
        ip -n tap link set "$name" up
        ip -n tap link set "$name" down
    done
    for address in 192.0.2.1/24 "${abusers[@]/%//32}" "$strangers_server/32"; do
        ip -n outside address add "$address" dev eth0
    done
    ip -n inside address add "$mail_server/24" dev eth0
    ip -n inside address add 192.0.2.50/24 dev eth0
    ip -n outside link set eth0 up
    ip -n inside link set eth0 up
    ip -n inside route add default via 192.0.2.1
}

# A plain Linux bridge in the tap's place.
lab_cable() {
    ip -n tap link add br0 type bridge
    local port
    for port in eth0 eth1; do ip -n tap link set "$port" up master br0; done
    ip -n tap link set br0 up
}

# The servers' roots, their configuration, and the servers themselves.
lab_servers() {
    mount_root mail "$lab/postfix"
    mount_root mail "$lab/syslog"
    mount_root strangers "$lab/opensmtpd"
    local root
    for root in postfix syslog opensmtpd; do
        printf '%s\n' '127.0.0.1 localhost' "$mail_server mail.example.org" \
            "$strangers_server mx.example.net" '192.0.2.50 desk.example.org' \
            "${abusers[0]} eyebox.example" >"$lab/$root/etc/hosts"
    done
    start_rsyslog
    start_postfix
    start_opensmtpd
}

start_rsyslog() {
    cat >"$lab/syslog/etc/rsyslog.conf" <<'CONF'
module(load="imuxsock" SysSock.Name="/dev/log")
module(load="imudp")
module(load="imtcp")
template(name="with-structured-data" type="string"
    string="%timegenerated:::date-rfc3339% %HOSTNAME% %syslogtag%%STRUCTURED-DATA% %msg%\n")
ruleset(name="far") { action(type="omfile" file="/var/log/far.log" template="with-structured-data") }
input(type="imudp" address="127.0.0.1" port="514" ruleset="far")
input(type="imtcp" address="127.0.0.1" port="601" ruleset="far")
local4.* action(type="omfile" file="/var/log/alerts.log" template="RSYSLOG_FileFormat")
CONF
    mkdir -p "$lab/syslog/var/log" "$lab/syslog/var/spool/rsyslog"
    touch "$lab/syslog/var/log/alerts.log" "$lab/syslog/var/log/far.log"
    rm -f "$lab/syslog/run/rsyslogd.pid" /dev/log
    in_root tap syslog rsyslogd -i /run/rsyslogd.pid
    wait_for 10 "rsyslogd on /dev/log" test -S /dev/log
}

start_postfix() {
    local root=$lab/postfix
    cp "$root/usr/share/postfix/master.cf.dist" "$root/etc/postfix/master.cf"
    cat >"$root/etc/postfix/main.cf" <<CONF
compatibility_level = 3.6
maillog_file = /var/log/postfix.log
myhostname = mail.example.org
mydomain = example.org
mydestination = example.org, mail.example.org, localhost
mynetworks = 0.0.0.0/0
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
smtpd_tls_security_level = none
inet_interfaces = $mail_server, 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtp_host_lookup = native
transport_maps = inline:{ example.net=smtp:[$strangers_server] }
alias_maps =
local_recipient_maps =
local_transport = virtual
virtual_mailbox_domains =
virtual_mailbox_base = /var/mail/house
virtual_mailbox_maps = static:mailbox
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
minimal_backoff_time = 1s
queue_run_delay = 2s
biff = no
CONF
    mkdir -p "$root/var/mail/house" "$root/etc/postfix/sasl" "$root/var/log"
    chown 65534:65534 "$root/var/mail/house"
    cat >"$root/etc/postfix/sasl/smtpd.conf" <<'CONF'
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN
CONF
    echo a-lab-password | in_root inside postfix saslpasswd2 -p -c -u mail.example.org alice
    chgrp postfix "$root/etc/sasldb2" 2>/dev/null ||
        chroot "$root" chgrp postfix /etc/sasldb2
    chmod 640 "$root/etc/sasldb2"
    # Debian's way with a chroot within the root would only add files to copy.
    chroot "$root" postconf -F '*/*/chroot=n'
    in_root inside postfix postfix start >/dev/null 2>&1
    wait_for 20 "Postfix on $mail_server:25" in_ns inside bash -c "exec 3<>/dev/tcp/$mail_server/25"
}

# relay on|off: whether Postfix takes every stranger for one of the house.
relay() {
    local networks='127.0.0.0/8 192.0.2.0/24'
    [[ $1 == off ]] || networks=0.0.0.0/0
    in_root inside postfix postconf -e "mynetworks = $networks"
    in_root inside postfix postfix reload >/dev/null 2>&1
}

# protect on|off: whether Postfix offers STARTTLS, with a certificate of its own making, and AUTH.
protect() {
    local root=$lab/postfix level=none auth=no
    if [[ $1 == on ]]; then
        level=may auth=yes
        openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=mail.example.org \
            -keyout "$lab/tls.key" -out "$lab/tls.crt" 2>/dev/null
        cat "$lab/tls.key" "$lab/tls.crt" >"$root/etc/postfix/tls.pem"
        chmod 600 "$root/etc/postfix/tls.pem"
    fi
    in_root inside postfix postconf -e "smtpd_tls_chain_files = /etc/postfix/tls.pem" \
        "smtpd_tls_security_level = $level" "smtpd_sasl_auth_enable = $auth"
    in_root inside postfix postfix reload >/dev/null 2>&1
}

start_opensmtpd() {
    local root=$lab/opensmtpd
    cat >"$root/etc/smtpd.conf" <<CONF
listen on $strangers_server hostname mx.example.net
table strangers { "@" = "mail" }
action "keep" mbox virtual <strangers>
action "house" relay host smtp://$mail_server \\
    src $strangers_server helo mx.example.net
match from any for domain "example.net" action "keep"
match from src { 198.51.100.0/24 } for domain "example.org" action "house"
CONF
    mkdir -p "$root/var/mail"
    in_root outside opensmtpd smtpd >/dev/null
    wait_for 20 "OpenSMTPD on $strangers_server:25" \
        in_ns outside bash -c "exec 3<>/dev/tcp/$strangers_server/25"
}

# send_mail NAMESPACE OPTION...: one message, told line by line (scripts/lib/send-mail.py --help).
send_mail() {
    local namespace=$1
    shift
    in_ns "$namespace" python3 "$project/scripts/lib/send-mail.py" "$@"
}

# What was delivered where.
house_mail() { cat "$lab"/postfix/var/mail/house/* 2>/dev/null || true; }
strangers_mail() { cat "$lab"/opensmtpd/var/mail/* 2>/dev/null || true; }
