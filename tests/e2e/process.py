"""Programs that a test starts: waited for with a bound, and stopped by their pid."""
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Polls a condition that nothing signals, with a bound."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f'{what}: not within {seconds:.0f} s')
        time.sleep(0.05)


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def accepts(port: int) -> bool:
    try:
        with socket.create_connection(('127.0.0.1', port), timeout=1):
            return True
    except OSError:
        return False


class Process:
    """A child with its output in a file."""

    def __init__(self, argv: list[str], log: Path, env: dict[str, str] | None = None) -> None:
        self.log = log
        with log.open('ab') as output:
            self.child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output,
                                          stderr=output, env=env)

    def running(self) -> bool:
        return self.child.poll() is None

    def stop(self) -> None:
        if self.running():
            self.child.terminate()
            try:
                self.child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()
