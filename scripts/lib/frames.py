#!/usr/bin/env python3
"""frames.py - sends awkward frames through a tap, from both sides at once, and counts them

Every frame carries its side and its number, and its octets follow from them, so the far side
knows of each whether it came, came twice or was changed. VLAN tags that the kernel moved out of
the frame are put back first. Prints one JSON object:

    {"outside": {"sent": n, "arrived": n, "missing": n, "twice": n, "changed": n, "echoed": n}, ...}
"""
import argparse
import ctypes
import json
import os
import select
import socket
import struct
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--sides", nargs=2, default=["outside", "inside"], metavar="NAMESPACE")
parser.add_argument("--interface", default="eth0", help="the interface in both namespaces")
parser.add_argument("--count", type=int, default=1000, help="frames from each side")
parser.add_argument("--rate", type=int, default=4000, help="frames a second from each side")
parser.add_argument("--mtu", type=int, default=1500)
parser.add_argument("--settle", type=float, default=2.0, help="seconds to wait for the last frames")
parser.add_argument("--started", help="a file to make once frames flow")
parser.add_argument("--one-way", action="store_true", help="only the first side sends")
arguments = parser.parse_args()

SOL_PACKET, AUXDATA, IGNORE_OUTGOING, RCVBUFFORCE, CLONE_NEWNET = 263, 8, 23, 33, 0x40000000
MAGIC = b"hubtapLAB"
libc = ctypes.CDLL(None, use_errno=True)


def octets(text):
    return bytes.fromhex(text.replace(":", ""))


# Unicast to nobody, broadcast, multicast, and the link-local groups that bridges keep for themselves.
DESTINATIONS = [octets(a) for a in (
    "02:0b:0b:0b:0b:0b", "ff:ff:ff:ff:ff:ff", "01:00:5e:01:02:03", "33:33:00:00:00:16",
    "01:80:c2:00:00:00", "01:80:c2:00:00:01", "01:80:c2:00:00:02", "01:80:c2:00:00:03",
    "01:80:c2:00:00:0e", "02:0b:0b:0b:0b:0c")]
# What follows the addresses: an unknown type, a tag, two tags, LLC, LLDP, ARP, IPv4 and IPv6 of nobody's.
KINDS = [octets(k) for k in (
    "88b5", "81000064 88b5", "88a80064 81000065 88b5", "88cc", "9000", "0806", "86dd", "0800",
    "8100e001 0800", "8847")]


def frame(side, number):
    """The whole frame that `number` of `side` is."""
    kind = KINDS[number % len(KINDS)]
    head = DESTINATIONS[(number // len(KINDS)) % len(DESTINATIONS)] + bytes([2, 0x77, 0, 0, 0, side]) + kind
    body = MAGIC + bytes([side]) + struct.pack("!I", number)
    # A tag does not count against the MTU.
    room = arguments.mtu - 2 - len(body)
    wanted = (46, 46, 200, 576, 1200, room)[number % 6]
    filler = bytes((number * 7 + i * 13) & 255 for i in range(256))
    body += (filler * (arguments.mtu // 256 + 1))[:max(0, min(wanted, room) - len(body))]
    if number % 10 == 3 and len(body) < 1500:
        # LLC: the type is a length.
        head = head[:12] + struct.pack("!H", len(body))
    return head + body


class Side:
    """One end of the cable."""

    def __init__(self, index, namespace):
        self.index, self.name = index, namespace
        with open(f"/run/netns/{namespace}") as file:
            if libc.setns(file.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns " + namespace)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.setsockopt(SOL_PACKET, AUXDATA, 1)
        self.socket.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, RCVBUFFORCE, 256 << 20)
        self.socket.bind((arguments.interface, 3))
        # Membership: promiscuous for as long as this socket lives.
        index_of = socket.if_nametoindex(arguments.interface)
        self.socket.setsockopt(SOL_PACKET, 1, struct.pack("iHH8s", index_of, 1, 0, b""))
        self.socket.setblocking(False)
        self.sent, self.seen = 0, {}
        self.result = dict(arrived=0, twice=0, changed=0, echoed=0)

    def send(self):
        try:
            self.socket.send(frame(self.index, self.sent))
            self.sent += 1
        except BlockingIOError:
            pass
        except OSError as error:
            if error.errno != 105:  # ENOBUFS: again later
                raise

    def drain(self):
        for _ in range(256):
            try:
                data, extra, _, _ = self.socket.recvmsg(1 << 16, 256)
            except BlockingIOError:
                return
            for level, kind, value in extra:
                if level == SOL_PACKET and kind == AUXDATA:
                    status, _, _, _, _, tag, protocol = struct.unpack("IIIHHHH", value[:20])
                    if status & 0x10:
                        protocol = protocol if status & 0x40 else 0x8100
                        data = data[:12] + struct.pack("!HH", protocol, tag) + data[12:]
            self.count(data)

    def count(self, data):
        at = data.find(MAGIC)
        if at < 0:
            return
        side = data[at + len(MAGIC)]
        number = struct.unpack("!I", data[at + len(MAGIC) + 1:at + len(MAGIC) + 5])[0]
        if side == self.index:
            self.result["echoed"] += 1
        elif data != frame(side, number):
            self.result["changed"] += 1
        elif number in self.seen:
            self.result["twice"] += 1
        else:
            self.seen[number] = True
            self.result["arrived"] += 1


def main():
    sides = [Side(index, name) for index, name in enumerate(arguments.sides)]
    senders = sides[:1] if arguments.one_way else sides
    began = time.monotonic()
    while any(side.sent < arguments.count for side in senders):
        due = min(arguments.count, int((time.monotonic() - began) * arguments.rate) + 1)
        for side in senders:
            for _ in range(min(32, due - side.sent)):
                side.send()
        for side in sides:
            side.drain()
        if arguments.started and senders[0].sent > arguments.count // 10:
            open(arguments.started, "w").close()
            arguments.started = None
        select.select([side.socket for side in sides], [], [], 0.0005)
    end = time.monotonic() + arguments.settle
    wanted = lambda side: sides[1 - side.index].sent
    while time.monotonic() < end and any(side.result["arrived"] < wanted(side) for side in sides):
        select.select([side.socket for side in sides], [], [], 0.02)
        for side in sides:
            side.drain()
    # Whatever comes twice comes at once.
    time.sleep(0.1)
    for side in sides:
        side.drain()
    report = {}
    for side in sides:
        far = sides[1 - side.index].result
        report[side.name] = dict(
            sent=side.sent, arrived=far["arrived"], missing=side.sent - far["arrived"],
            twice=far["twice"], changed=far["changed"], echoed=side.result["echoed"])
    print(json.dumps(report))


os.chdir("/")
sys.exit(main())
