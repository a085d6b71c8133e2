#!/usr/bin/env python3
"""send-mail.py - a mail client that says exactly what it is told to, for the lab

Prints the dialogue. Exit code 0 if every message went as expected, 1 if not.
"""
import argparse
import base64
import socket
import sys

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
    epilog="example: send-mail.py --server 192.0.2.25 --helo eyebox --from '' --to a@example.net --size 1117")
parser.add_argument("--server", default="192.0.2.25")
parser.add_argument("--port", type=int, default=25)
parser.add_argument("--bind", help="the address to come from")
parser.add_argument("--helo", default="client.example")
parser.add_argument("--from", dest="sender", default="", help="the envelope's sender; '' for <>; {} is the number")
parser.add_argument("--to", action="append", required=True, help="a recipient; may be repeated; {} is the number")
parser.add_argument("--size", type=int, help="octets of the message, and its SIZE parameter")
parser.add_argument("--auth", metavar="USER:PASSWORD", help="log in with AUTH PLAIN first")
parser.add_argument("--subject", default="from the lab")
parser.add_argument("--messages", type=int, default=1, help="messages in this session")
parser.add_argument("--sessions", type=int, default=1, help="sessions, one after the other")
parser.add_argument("--first", type=int, default=0, help="the number of the first message")
parser.add_argument("--expect", choices=["accepted", "refused"], default="accepted")
parser.add_argument("--quiet", action="store_true", help="print only what went wrong")
arguments = parser.parse_args()


class Session:
    """One connection, its lines printed as they pass."""

    def __init__(self):
        source = (arguments.bind, 0) if arguments.bind else None
        self.socket = socket.create_connection((arguments.server, arguments.port), 30, source)
        self.lines = self.socket.makefile("rb")
        self.hear()

    def tell(self, words, shown=None):
        if not arguments.quiet:
            print("   C:", shown or words)
        self.socket.sendall(words.encode() + b"\r\n")
        return self.hear()

    def hear(self):
        while True:
            line = self.lines.readline().decode("utf-8", "replace").rstrip()
            if not arguments.quiet:
                print("   S:", line)
            if not line:
                raise ConnectionError("the server hung up")
            if line[3:4] != "-":
                return int(line[:3])


def message(sender, recipients):
    text = (f"From: <{sender or 'nobody'}>\r\nTo: {', '.join(recipients)}\r\nSubject: {arguments.subject}\r\n\r\n")
    filler = "the quick brown fox jumps over the lazy dog\r\n"
    if arguments.size is None:
        return text + filler
    while len(text) + len(filler) + 2 <= arguments.size:
        text += filler
    return text + "x" * max(0, arguments.size - len(text) - 2) + "\r\n"


def send(session, number):
    sender = arguments.sender.replace("{}", f"{number:06}")
    recipients = [to.replace("{}", f"{number:06}") for to in arguments.to]
    body = message(sender, recipients)
    size = f" SIZE={arguments.size}" if arguments.size else ""
    if session.tell(f"MAIL FROM:<{sender}>{size}") >= 400:
        session.tell("RSET")
        return False
    taken = [to for to in recipients if session.tell(f"RCPT TO:<{to}>") < 300]
    if not taken:
        session.tell("RSET")
        return False
    if session.tell("DATA") != 354:
        return False
    return session.tell(body + ".", shown=f"({len(body)} octets)\n   C: .") < 300


def run():
    number, wrong = arguments.first, 0
    for _ in range(arguments.sessions):
        session = Session()
        session.tell(f"EHLO {arguments.helo}")
        if arguments.auth:
            user, password = arguments.auth.split(":", 1)
            secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
            if session.tell("AUTH PLAIN " + secret, shown="AUTH PLAIN ...") != 235:
                sys.exit("send-mail.py: the login was refused")
        for _ in range(arguments.messages):
            if send(session, number) != (arguments.expect == "accepted"):
                print(f"send-mail.py: message {number} was not {arguments.expect}", file=sys.stderr)
                wrong += 1
            number += 1
        session.tell("QUIT")
        session.socket.close()
    return 1 if wrong else 0


try:
    sys.exit(run())
except (OSError, ValueError) as error:
    sys.exit(f"send-mail.py: {error}")
