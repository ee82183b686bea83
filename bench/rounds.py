"""What the programs of bench/ share that measure clients of a name server: an NSD on a loopback port,
which serves 200,000 TXT records unless a program has a zone of its own, server and client on a core
each, rounds that alternate between the clients."""

import argparse
import json
import math
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import name_server  # noqa: E402: the tests' own NSD
from process import wait_until  # noqa: E402, F401: for the programs

NAMES = 200_000
WINDOW = 1000  # queries under way at once, of the programs that only ask
EXIT_MISSED, EXIT_USAGE, EXIT_UNAVAILABLE, EXIT_FAULT = 1, 64, 69, 70


class Failure(Exception):
    """What ends the run, with its exit code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Parser(argparse.ArgumentParser):
    """With the options and exit codes that all of them have."""

    def __init__(self, name, description, example):
        super().__init__(
            prog=f"bench/{name}",
            description=description + "\nIt installs what is missing (tools/setup --bench) and "
            "builds in build/.",
            epilog="exit codes:\n"
            "  0   measured; with --check, every target was met\n"
            "  1   with --check a target was missed\n"
            "  64  the call is wrong    69  a program could not be installed, built or started\n"
            "  70  a program failed while it was measured\n\n"
            f"Example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.name = name
        self.add_argument("--quick", action="store_true", help="fewer rounds, less exact")
        self.add_argument("--check", action="store_true",
                          help="exit with 1 when a target is missed")
        self.add_argument("--json", action="store_true", help="print one JSON object")
        self.add_argument("--no-setup", action="store_true", help="install nothing")
        self.add_argument("--build", metavar="FOLDER", type=pathlib.Path,
                          default=ROOT / "build" / "bench", help="default: build/bench")

    def error(self, message):
        self.print_usage(sys.stderr)
        print(f"\n{self.name}: {message}", file=sys.stderr)
        raise SystemExit(EXIT_USAGE)

    def given(self):
        given = self.parse_args()
        given.build = given.build.resolve()
        given.name = self.name
        return given


def run(command, what, **how):
    """Runs a program to its end and gives back what it wrote."""
    try:
        done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, **how)
    except FileNotFoundError:
        raise Failure(EXIT_UNAVAILABLE, f"{command[0]} is not there; run this without --no-setup"
                      ) from None
    if done.returncode != 0:
        raise Failure(EXIT_FAULT, f"{what} failed:\n{done.stdout}{done.stderr}\n"
                      f"  {shlex.join(command)}")
    return done.stdout


def build(given, *targets):
    if not given.no_setup:
        # Its report is for people who wait, not part of the table.
        if subprocess.run([ROOT / "tools" / "setup", "--bench"], stdout=sys.stderr,
                          check=False).returncode != 0:
            raise Failure(EXIT_UNAVAILABLE, "tools/setup --bench failed; see above")
    say(given, "building")
    run(["cmake", "--preset", "release", "-B", str(given.build)], "configuring Mandate")
    run(["cmake", "--build", str(given.build), "--target", *targets], "building")


def say(given, message):
    print(f"{given.name}: {message}", file=sys.stderr, flush=True)


def address(number):
    """The one that the record of that number has alone."""
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


def shuffled():
    """The numbers of all records in an order that jumps through the zone."""
    return (i * 76543 % NAMES for i in range(NAMES))


def zone():
    return "".join(f'd{number:06} TXT "v=spf1 ip4:{address(number)} ip4:192.0.2.0/24 '
                   'include:spf.protection.outlook.com -all"\n' for number in range(NAMES))


def cores():
    """One for the server and one for the client; the same when there is only one."""
    there = sorted(os.sched_getaffinity(0))
    return {there[0]}, {there[-1]}


def scan(given, form, port, path, right="pass"):
    """A round of `mandate scan check` over the lines of a file, into a file, as a person would, with
    the window that it has by itself: the rate of right results, their share, and the nanoseconds of
    processor time of a check."""
    command = [str(given.build / "mandate"), "scan", "check", str(path), "--resolver",
               f"127.0.0.1:{port}", "--format", form, "--json"]
    with open(path.with_name("answers"), "wb") as answers:
        process = subprocess.Popen(command, stdout=answers, stderr=subprocess.PIPE, text=True)
        report = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    result = json.loads(report) if report.startswith("{") else {}
    if "results" not in result:
        raise Failure(EXIT_FAULT, f"mandate scan failed:\n{report}")
    lines = sum(row["count"] for row in result["results"])
    count = sum(row["count"] for row in result["results"] if row["name"] == right)
    spent = (usage.ru_utime + usage.ru_stime) * 1e9 / lines
    return count / result["milliseconds"] * 1000, count / lines, spent


def build_libspf2(given):
    """The program of libspf2 that checks lines."""
    peers = given.build / "peers"
    peers.mkdir(parents=True, exist_ok=True)
    run(["cc", "-O2", "-std=c11", "-Wall", "-Wextra", "-Werror", "-o", str(peers / "scan_libspf2"),
         str(ROOT / "bench" / "scan.d" / "libspf2.c"), "-lspf2", "-lpthread"],
        "building the program of libspf2")


def measure(given, programs, prepare, round_of, zones=None):
    """Lists of what `round_of(name, server, prepared)` gives for each of the programs: the rate, the
    share that was answered, nanoseconds of processor time of each or None, and what else the caller
    wants to know of it."""
    with tempfile.TemporaryDirectory(prefix="mandate-bench-") as name:
        folder = pathlib.Path(name)
        prepared = prepare(folder)
        for_server, for_client = cores()
        server = name_server.NameServer(folder / "nsd", zones or {"bulk.test": zone()})
        os.sched_setaffinity(0, for_server)
        rounds = {program: [] for program in programs}
        try:
            say(given, "starting NSD")
            server.start()
            os.sched_setaffinity(0, for_client)
            count = 3 if given.quick else 9
            for number in range(count):
                say(given, f"round {number + 1} of {count}")
                # Back and forth, so that nobody always follows the same neighbour.
                for program in programs if number % 2 == 0 else reversed(programs):
                    rounds[program].append(round_of(program, server, prepared))
        finally:
            server.stop()
    return rounds


def summary(rounds, compared):
    """Medians, and ratios of rates of the same round. `compared` are triples of program, yardstick
    and the ratio that is to be reached, or None."""
    rows = []
    for program, yardstick, target in compared:
        rates, answered, spent, *_ = zip(*rounds[program])
        ratios = sorted(a / b for a, b in zip(rates, (rate for rate, *_ in rounds[yardstick])))
        rows.append({"program": program, "beside": yardstick,
                     "per_second": statistics.median(rates), "answered": min(answered),
                     "processor_ns": None if None in spent else statistics.median(spent),
                     "ratio": statistics.median(ratios), "ratio_range": [ratios[0], ratios[-1]],
                     "target": target})
    return rows


def missed(row):
    if row.get("queries", 0) > row.get("most_queries", math.inf):
        return True
    return row["target"] is not None and (row["ratio"] < row["target"] or row["answered"] < 1)


def table(rows, titles, unit):
    print(f"{'':<30}{unit + '/s':>10}{'answered':>10}{'client ns':>11}{'ratio':>7}  range, target")
    for row in rows:
        low, high = row["ratio_range"]
        spent = f"{row['processor_ns']:,.0f}" if row["processor_ns"] else "-"
        line = (f"{titles[row['program']]:<30}{row['per_second']:>10,.0f}{row['answered']:>10.2%}"
                f"{spent:>11}{row['ratio']:>7.2f}  {low:.2f} to {high:.2f}")
        if row["beside"] != rows[0]["program"]:
            line += f" of {titles[row['beside']]}"
        if row["target"]:
            line += (", MISSED: " if missed(row) else ", met: ") + f"at least {row['target']}"
        if "queries" in row:
            line += f"; {row['queries']:.2f} queries each"
            if "most_queries" in row:
                line += f", at most {row['most_queries']}"
        print(line)
    print(f"\nratio: {unit} a second over those of the first row, or of whom the range names, "
          "medians\nof the rounds; client ns: processor time of the client for each")


def report(given, titles, unit, take_rows):
    """Runs, prints, and gives back the exit code."""
    try:
        rows = take_rows()
    except Failure as failure:
        say(given, failure)
        return failure.code
    except (TimeoutError, AssertionError, FileNotFoundError) as error:
        say(given, f"NSD does not serve the zone: {error}")
        return EXIT_UNAVAILABLE
    except KeyboardInterrupt:
        return 130
    if given.json:
        json.dump({"version": 1, "quick": given.quick, "rows": rows},
                  sys.stdout, indent=1)
        print()
    else:
        table(rows, titles, unit)
    if given.check and any(map(missed, rows)):
        say(given, "a target was missed; see above")
        return EXIT_MISSED
    return 0
