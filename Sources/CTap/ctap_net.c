#define _GNU_SOURCE
#include "ctap_net.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

_Static_assert(sizeof(struct ctap_message) == sizeof(struct mmsghdr), "mmsghdr");
_Static_assert(offsetof(struct ctap_message, length) == offsetof(struct mmsghdr, msg_len), "msg_len");

static int result(long value) { return value < 0 ? -errno : (int)value; }

int ctap_send_messages(int fd, struct ctap_message *messages, unsigned int count, int flags) {
    return result(sendmmsg(fd, (struct mmsghdr *)messages, count, flags));
}

int ctap_signal_descriptor(uint64_t signals) {
    sigset_t set;
    sigemptyset(&set);
    for (int signal = 1; signal < 64; signal++) {
        if (signals >> signal & 1) sigaddset(&set, signal);
    }
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -errno;
    return result(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int ctap_event_descriptor(void) { return result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int ctap_enter_namespace(int fd) { return result(setns(fd, CLONE_NEWNET)); }

int ctap_capabilities(uint64_t *effective, uint64_t *permitted) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};
    if (syscall(SYS_capget, &header, data) < 0) return -errno;
    *effective = data[0].effective | (uint64_t)data[1].effective << 32;
    *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    return 0;
}

int ctap_keep_capabilities(uint64_t kept) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.effective = (uint32_t)kept, .permitted = (uint32_t)kept},
        {.effective = (uint32_t)(kept >> 32), .permitted = (uint32_t)(kept >> 32)},
    };
    // What is not permitted any more leaves the ambient set by itself (capabilities(7)).
    return result(syscall(SYS_capset, &header, data));
}

int ctap_forgo_new_privileges(void) { return result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

void ctap_name_thread(const char *name) { (void)prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0); }

int ctap_signal_with_parent(int signal) { return result(prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)); }

static int set_name(struct ifreq *request, const char *name) {
    memset(request, 0, sizeof *request);
    if (strlen(name) >= sizeof request->ifr_name) return -ENODEV;
    strcpy(request->ifr_name, name);
    return 0;
}

int ctap_interface_flags(int fd, const char *name) {
    struct ifreq request;
    int error = set_name(&request, name);
    if (error < 0) return error;
    if (ioctl(fd, SIOCGIFFLAGS, &request) < 0) return -errno;
    return (uint16_t)request.ifr_flags;
}

int ctap_set_interface_flags(int fd, const char *name, int flags) {
    struct ifreq request;
    int error = set_name(&request, name);
    if (error < 0) return error;
    request.ifr_flags = (short)flags;
    return result(ioctl(fd, SIOCSIFFLAGS, &request));
}

int ctap_interface_index(int fd, const char *name) {
    struct ifreq request;
    int error = set_name(&request, name);
    if (error < 0) return error;
    if (ioctl(fd, SIOCGIFINDEX, &request) < 0) return -errno;
    return request.ifr_ifindex;
}

int ctap_interface_name(int fd, int index, char *name, size_t size) {
    struct ifreq request = {.ifr_ifindex = index};
    if (size < sizeof request.ifr_name) return -EINVAL;
    if (ioctl(fd, SIOCGIFNAME, &request) < 0) return -errno;
    memcpy(name, request.ifr_name, sizeof request.ifr_name);
    name[sizeof request.ifr_name - 1] = 0;
    return 0;
}

int ctap_interface_mtu(int fd, const char *name) {
    struct ifreq request;
    int error = set_name(&request, name);
    if (error < 0) return error;
    if (ioctl(fd, SIOCGIFMTU, &request) < 0) return -errno;
    return request.ifr_mtu;
}

// Only the old request: its one number is enough, and the new one needs two calls and a variable array.
int ctap_interface_speed(int fd, const char *name) {
    struct ifreq request;
    int error = set_name(&request, name);
    if (error < 0) return error;
    struct ethtool_cmd command = {.cmd = ETHTOOL_GSET};
    request.ifr_data = (void *)&command;
    if (ioctl(fd, SIOCETHTOOL, &request) < 0) return -errno;
    uint32_t speed = ethtool_cmd_speed(&command);
    return speed > INT32_MAX ? 0 : (int)speed;
}

static socklen_t set_abstract(struct sockaddr_un *address, const char *name) {
    size_t length = strnlen(name, sizeof address->sun_path - 1);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path + 1, name, length);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

int ctap_bind_abstract(int fd, const char *name) {
    struct sockaddr_un address;
    socklen_t length = set_abstract(&address, name);
    if (bind(fd, (struct sockaddr *)&address, length) < 0) return -errno;
    return result(listen(fd, SOMAXCONN));
}

int ctap_abstract_owner(const char *name, int32_t *process) {
    struct sockaddr_un address;
    socklen_t length = set_abstract(&address, name);
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int error = 0;
    if (connect(fd, (struct sockaddr *)&address, length) < 0) error = -errno;
    else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) error = -errno;
    *process = peer.pid;
    close(fd);
    return error;
}
