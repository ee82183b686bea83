"""pyspf under measurement: see ../README.md for the lines that it reads and answers.

Its one seam is the module's DNSLookup, which gives back ((name, type), data) pairs.
"""

import sys
import time

import spf


def read_records(path):
    records = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            name, kind, value = line.rstrip("\n").split(" ", 2)
            if kind == "MX":
                preference, exchange = value.split()
                data = (int(preference), exchange)
            elif kind == "TXT":
                data = [value.encode()]
            else:
                data = value
            records.setdefault((name, kind), []).append(((name, kind), data))
    return records


def main():
    records = read_records(sys.argv[1])
    nothing = []

    def look_up(name, kind, strict=True, timeout=20):
        return records.get((name, kind), nothing)

    spf.DNSLookup = look_up
    check = spf.check2
    for line in sys.stdin:
        _, count, ip, sender = line.split()
        # Without a time limit of the whole, whose bookkeeping reads the clock.
        first = check(ip, sender, "client.test", querytime=0)[0]
        steady = True
        begin = time.process_time_ns()
        for _ in range(int(count)):
            steady &= check(ip, sender, "client.test", querytime=0)[0] == first
        end = time.process_time_ns()
        print(first if steady else "unsteady", end - begin, flush=True)


main()
