#!/usr/bin/env python3
"""Reads a capture of mail with hubtap, tshark and tcpflow in turn, and prints the best times and their ratios.

usage: mail-benchmark.py CAPTURE [--hubtap PROGRAM] [--rounds N] [--tshark-rounds N] [--folder FOLDER]

Make the capture with mail-capture. tshark gives the fields of SMTP that an administrator would ask for, bodies not
taken apart; tcpflow writes every stream into a file in a new folder within FOLDER, by default in memory (/dev/shm). Times are
those on the clock. No rounds of tshark leave it out.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

FIELDS = [
    "frame.time_epoch", "tcp.stream", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport",
    "smtp.req.command", "smtp.req.parameter", "smtp.response.code", "smtp.rsp.parameter",
]


def best(name, command, rounds, folder):
    """The best time of `command` on the clock, in seconds, its output thrown away; `folder` is emptied each time."""
    times = []
    for _ in range(rounds):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        start = time.monotonic()
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.monotonic() - start)
    print(f"{name}: {min(times):.2f} s, best of {rounds}", flush=True)
    return min(times)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("capture")
    parser.add_argument("--hubtap", default="hubtap")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tshark-rounds", type=int, default=1)
    parser.add_argument("--folder", default="/dev/shm")
    arguments = parser.parse_args()
    capture = os.path.abspath(arguments.capture)
    if os.sep in arguments.hubtap:
        arguments.hubtap = os.path.abspath(arguments.hubtap)
    for program in ["tshark", "tcpflow", arguments.hubtap]:
        if shutil.which(program) is None:
            sys.exit(f"mail-benchmark.py: {program} is not installed")
    tshark = ["tshark", "-r", capture, "--disable-protocol", "imf", "-Y", "smtp", "-T", "json"]
    for field in FIELDS:
        tshark += ["-e", field]
    folder = tempfile.mkdtemp(prefix="mail-benchmark-", dir=arguments.folder)
    try:
        ours = {}
        for words in [["analyze"], ["analyze", "--json"]]:
            name = " ".join(["hubtap", *words])
            ours[name] = best(name, [arguments.hubtap, *words, capture], arguments.rounds, folder)
        peers = [("tcpflow -r", ["tcpflow", "-r", capture], arguments.rounds)]
        if arguments.tshark_rounds > 0:
            peers.append(("tshark -T json", tshark, arguments.tshark_rounds))
        for peer, command, rounds in peers:
            theirs = best(peer, command, rounds, folder)
            for name, time_taken in ours.items():
                print(f"  {name} is {theirs / time_taken:.2f} times as fast")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
