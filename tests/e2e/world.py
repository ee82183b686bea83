"""The world of an end-to-end test: a name server, a receiver with its judge, and the provider."""
import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from mail_server import MailServer
from name_server import NameServer
from provider import Provider
from steps import StepFailed, Steps

SKIPPED = 77  # CTest's SKIP_RETURN_CODE

# The wildcard answers for each account's own include name.
PROVIDER_ZONE = """mailer IN TXT "v=spf1 ip4:127.0.0.25 ip4:127.0.1.0/28 -all"
*.mailer IN TXT "v=spf1 ip4:127.0.0.25 ip4:127.0.1.0/28 -all"
out.mailer IN A 127.0.0.25
out.mailer IN TXT "v=spf1 a -all"
bounces IN A 127.0.0.26
"""
RECEIVER_ZONE = '@ IN MX 10 mx\nmx IN A 127.0.0.1\n'
CUSTOMER_WITHOUT = '@ IN TXT "v=spf1 mx -all"\n@ IN MX 10 mx\nmx IN A 127.0.0.99\n'


def customer_with(*include_names: str) -> str:
    """The customer's zone with includes of accounts."""
    includes = ''.join(f'include:{name} ' for name in include_names)
    return CUSTOMER_WITHOUT.replace('mx -all', f'mx {includes}-all')


class World(Steps):
    def __init__(self, program: Path, judged: bool = True) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix='mandate-e2e.'))
        self.folder.chmod(0o755)  # the judge runs as nobody
        self.dns = NameServer(self.folder / 'dns', {
            '': '',  # the root, where the way down to the zones begins
            'provider.test': PROVIDER_ZONE,
            'receiver.test': RECEIVER_ZONE,
            'customer.test': CUSTOMER_WITHOUT,
        })
        self.mail = MailServer(self.folder / 'postfix', self.dns.port, judged)
        self.provider = Provider(program, self.folder / 'mandate', self.dns.port, self.mail.port)

    def start(self) -> None:
        self.dns.start()
        self.mail.start()
        self.provider.start()

    def stop(self) -> None:
        for part in (self.provider, self.mail, self.dns):
            part.stop()

    def show_logs(self) -> None:
        for log in sorted(self.folder.rglob('*.log')):
            print(f'--- {log.relative_to(self.folder)}', log.read_text(errors='replace')[-4000:],
                  sep='\n', file=sys.stderr)


def why_not_here() -> str:
    """Why this machine cannot hold the test, or nothing."""
    for program in ('/usr/sbin/nsd', '/usr/sbin/postfix', '/usr/bin/policyd-spf'):
        if not Path(program).exists():
            return f'{program} is not installed (tools/setup says why)'
    return '' if os.geteuid() == 0 else 'Postfix can be started by root only'


def tell(story: Callable[[World], None], program: Path, judged: bool = True) -> int:
    """Runs a story in a world of its own; all is stopped and removed at its end, however it ends."""
    why = why_not_here()
    if why:
        print(f'skipped: {why}')
        return 1 if os.environ.get('CI') == 'true' else SKIPPED
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    world = World(program, judged)
    try:
        world.start()
        story(world)
        return 0
    except StepFailed:
        world.show_logs()
        return 1
    except (TimeoutError, RuntimeError, AssertionError) as error:
        print(f'not ok - {error}')
        world.show_logs()
        return 2
    finally:
        world.stop()
        shutil.rmtree(world.folder)


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('--mandate', type=Path, required=True, help='the program under test')
    return parser
