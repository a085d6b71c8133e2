#define _GNU_SOURCE
#include "ctap_probe.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timex.h>
#include <unistd.h>

int ctap_interface_driver(int fd, const char *name, char driver[32]) {
    struct ethtool_drvinfo facts = {.cmd = ETHTOOL_GDRVINFO};
    struct ifreq request = {.ifr_data = (void *)&facts};
    _Static_assert(sizeof facts.driver == 32, "driver");
    if (strlen(name) >= sizeof request.ifr_name) return -ENODEV;
    strcpy(request.ifr_name, name);
    if (ioctl(fd, SIOCETHTOOL, &request) < 0) return -errno;
    memcpy(driver, facts.driver, sizeof facts.driver);
    driver[31] = 0;
    return 0;
}

int ctap_clock_is_synchronized(void) {
    struct timex clock = {.modes = 0};
    int state = adjtimex(&clock);
    if (state < 0) return -errno;
    return state != TIME_ERROR && !(clock.status & STA_UNSYNC);
}

int ctap_leave_network(void) { return unshare(CLONE_NEWNET) < 0 ? -errno : 0; }
