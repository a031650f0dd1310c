"""`python -m benchmarks [NAME...] [--quick] [--json]`."""

import argparse
import json
from dataclasses import asdict
from importlib import import_module

from benchmarks.figures import Report, as_text

NAMES = ("parsing", "stage1_worker", "two_stages", "broker_bytes", "ledger")


def main() -> None:
    """Run the benchmarks named on the command line, or all, and print each as it ends."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="few rounds: does it run at all?")
    parser.add_argument("--json", action="store_true", help="one line of JSON a benchmark")
    options = parser.parse_args()
    for name in options.names:
        if name not in NAMES:
            parser.error(f'unknown benchmark "{name}"; valid are: {", ".join(NAMES)}')
    for name in options.names or NAMES:
        report: Report = import_module(f"benchmarks.{name}").run(quick=options.quick)
        print(json.dumps(asdict(report)) if options.json else as_text(report), flush=True)


if __name__ == "__main__":
    main()
