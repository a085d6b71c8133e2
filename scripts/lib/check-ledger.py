#!/usr/bin/env python3
"""check-ledger.py STATUS.json - does the ledger of `hubtap status --json` balance, port by port?"""
import json
import sys

with open(sys.argv[1]) as file:
    status = json.load(file)
hub = status.get("hub", status)
wrong = 0
for port in hub["ports"]:
    for kept, lost in (("forwarded", "not_forwarded"), ("mirrored", "mirror_lost")):
        total = port[kept] + sum(port[lost].values())
        if port["rx_frames"] != total:
            print(f"{port['name']}: rx_frames {port['rx_frames']} != {kept} + {lost} = {total}")
            wrong = 1
if not any(port["rx_frames"] for port in hub["ports"]):
    print("no frame was counted on any port")
    wrong = 1
sys.exit(wrong)
