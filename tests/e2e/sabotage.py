"""The end-to-end test must fail, and at the right step, when any one of its steps is broken."""
import subprocess
import sys
from pathlib import Path

from main_job import SABOTAGE
from world import SKIPPED, arguments


def main() -> int:
    options = arguments(__doc__).parse_args()
    failures = 0
    for sabotage, step in SABOTAGE.items():
        run = subprocess.run(
            [sys.executable, str(Path(__file__).parent / 'main_job.py'), '--mandate',
             str(options.mandate), '--sabotage', sabotage],
            capture_output=True, text=True, timeout=120, check=False)
        if run.returncode == SKIPPED:
            print(run.stdout)
            return SKIPPED
        failed = [line.split(' - ', 1)[1] for line in run.stdout.splitlines()
                  if line.startswith('not ok')]
        seen = run.returncode == 1 and failed == [step]
        failures += not seen
        print(f'{"ok" if seen else "not ok"} - {sabotage}: fails at "{step}"', flush=True)
        if not seen:
            print(f'  it ended with {run.returncode} and failed at {failed}\n{run.stdout}{run.stderr}')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
