"""Programs that a test starts: waited for with a bound, and stopped by their pid."""
import random
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


# A port is used a while after its choice. These lie below those that the kernel gives to
# connections, and two tests at once hardly draw the same.
_candidates = random.SystemRandom().sample(range(20_000, 32_000), 12_000)


def _is_free(kind: int, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that is free for TCP and for UDP, and that no connection is given meanwhile."""
    while True:
        port = _candidates.pop()
        if _is_free(socket.SOCK_STREAM, port) and _is_free(socket.SOCK_DGRAM, port):
            return port


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
