"""The authoritative view, in a DNS of its own on loopback addresses: a root, a top-level domain, and
zones whose servers agree, are behind, lame, silent, gone, or behind a firewall that drops EDNS.
"""
import json
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from name_server import NameServer
from process import free_port
from steps import StepFailed, Steps
from world import arguments

ROOT, TLD, FIRST, SECOND, LAME, SILENT, GONE, FIREWALL = (f'127.0.53.{i}' for i in range(1, 9))
CUSTOMER = {'ns1': FIRST, 'ns2': SECOND}
FAULTY = {'ns1': FIRST, 'lame': LAME, 'silent': SILENT, 'gone': GONE, 'firewall': FIREWALL}
DEAD = {'silent': SILENT, 'gone': GONE}
OLD = '@ 600 TXT "v=spf1 mx -all"\n@ 600 TXT "site-verification=4711"\nwww CNAME www.shop.test.\n'
OLD += 'hostile TXT "v=spf1 \\027]0;owned\\007 -all"\n'
NEW = OLD.replace('mx -all', 'mx include:mailer.provider.test -all')


def delegation(zone: str, servers: dict[str, str]) -> str:
    return ''.join(f'{zone} NS {name}.{zone}\n{name}.{zone} A {address}\n'
                   for name, address in servers.items())


class Firewall:
    """Lets queries through to a server, and drops those with EDNS, as old firewalls do."""

    def __init__(self, address: str, server: str, port: int) -> None:
        self.behind = (server, port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            query, client = self.socket.recvfrom(65535)
            if not query:
                return
            if query[10:12] != b'\0\0':  # ARCOUNT: the OPT record
                continue
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inside:
                inside.settimeout(10)
                inside.sendto(query, self.behind)
                self.socket.sendto(inside.recv(65535), client)

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b'', self.socket.getsockname())
        self.thread.join()
        self.socket.close()


class World:
    def __init__(self, folder: Path) -> None:
        self.port = port = free_port()
        self.hints = folder / 'private.root'
        self.hints.write_text(f'. NS ns.\nns. A {ROOT}\n')
        tld = (delegation('customer', CUSTOMER) + delegation('faulty', FAULTY) +
               delegation('dead', DEAD))
        both = {'customer.test': CUSTOMER, 'faulty.test': FAULTY}
        self.first = NameServer(folder / 'first', {'customer.test': OLD, 'faulty.test': OLD},
                                FIRST, port, both)
        self.second = NameServer(folder / 'second', {'customer.test': OLD}, SECOND, port, both)
        self.servers = [
            NameServer(folder / 'root', {'': f'test NS ns.test\nns.test A {TLD}\n'}, ROOT, port),
            NameServer(folder / 'tld', {'test': tld}, TLD, port), self.first, self.second,
            NameServer(folder / 'lame', {'other.example': ''}, LAME, port)]
        self.silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.silent.bind((SILENT, port))
        self.firewall = Firewall(FIREWALL, FIRST, port)

    def start(self) -> None:
        for server in self.servers:
            server.start()

    def stop(self) -> None:
        self.firewall.stop()
        self.silent.close()
        for server in self.servers:
            server.stop()


class Story(Steps):
    def __init__(self, mandate: str, world: World) -> None:
        super().__init__()
        self.mandate = mandate
        self.world = world

    def run(self, domain: str, *more: str,
            root: tuple[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        root = root or ('--root-hints', str(self.world.hints))
        return subprocess.run([self.mandate, 'dns', domain, *root, '--port',
                               str(self.world.port), *more],
                              capture_output=True, text=True, timeout=60)

    def says(self, domain: str, code: int, *lines: str) -> None:
        seen = self.run(domain)
        said = [' '.join(line.split()) for line in seen.stdout.splitlines()]
        for line in lines:
            self.step(f'{domain}: {line[:90]}', any(line in one for one in said),
                      seen.stdout + seen.stderr)
        self.step(f'{domain}: exit {code}', seen.returncode == code and not seen.stderr,
                  (seen.returncode, seen.stderr))

    def json(self, domain: str) -> dict:
        return json.loads(self.run(domain, '--json').stdout)


def servers_agree_and_differ(story: Story) -> None:
    story.says('customer.test', 0, 'customer.test: all servers answer alike',
               '. -> test -> customer.test', f'ns1.customer.test {FIRST} 1 v=spf1 mx -all',
               f'ns2.customer.test {SECOND} 1 v=spf1 mx -all',
               'Every server that answers serves serial 1: 10m after its last change')
    story.world.first.publish('customer.test', NEW)
    story.says('customer.test', 1, 'customer.test: its servers differ',
               f'ns1.customer.test {FIRST} 2 v=spf1 mx include:mailer.provider.test -all',
               f'ns2.customer.test {SECOND} 1 v=spf1 mx -all', 'behind',
               f'ns2.customer.test ({SECOND}) serves serial 1 while the newest is 2',
               'until it is mended some receivers see the old customer.test TXT',
               'Until every server serves serial 2, caches may take in older answers; 10m after')
    seen = story.json('customer.test')
    groups = [group['servers'] for group in seen['answers'][0]['groups']]
    story.step('the JSON has the current answer first', groups == [[FIRST], [SECOND]], seen)
    story.step('and when caches have turned', (seen['serial'], seen['turned_within']) == (2, 600),
               seen)
    story.world.second.publish('customer.test', NEW)
    story.says('customer.test', 0, 'customer.test: all servers answer alike')


def servers_are_at_fault(story: Story) -> None:
    story.says('faulty.test', 1, f'ns1.faulty.test {FIRST} 1 v=spf1 mx -all',
               f'lame.faulty.test {LAME} - lame', f'silent.faulty.test {SILENT} - silent',
               f'gone.faulty.test {GONE} - unreachable',
               f'firewall.faulty.test {FIREWALL} 1 v=spf1 mx -all',
               f'lame.faulty.test ({LAME}) answers REFUSED',
               f'silent.faulty.test ({SILENT}) does not answer, asked 3 times; start it',
               f'gone.faulty.test ({GONE}) cannot be reached: Connection refused',
               f'firewall.faulty.test ({FIREWALL}) answers only when it is asked without EDNS')
    seen = story.json('faulty.test')
    status = {server['address']: server['status'] for server in seen['servers']}
    story.step('the JSON names each standing',
               status == {FIRST: 'answers', LAME: 'lame', SILENT: 'silent', GONE: 'unreachable',
                          FIREWALL: 'no_edns'}, seen)


def names_lead_nowhere(story: Story) -> None:
    story.says('missing.test', 3, 'missing.test: its zone was not found',
               'test has no name missing.test: it is not registered, or not delegated yet')
    story.says('dead.test', 3, 'dead.test: no server of its zone answers',
               f'silent.dead.test {SILENT} - silent')
    story.says('www.customer.test', 0, f'ns1.customer.test {FIRST} 2 alias of www.shop.test',
               'www.customer.test is an alias of www.shop.test: run `mandate dns www.shop.test`')
    story.says('absent.customer.test', 0, f'ns1.customer.test {FIRST} 2 no such name')
    story.says('hostile.customer.test', 0, f'{FIRST} 2 v=spf1 \\x1b]0;owned\\x07 -all')
    seen = story.run('dead.test', '--timeout', '500ms')
    story.step('the time that is given is kept, and said to be over', seen.returncode == 3 and
               'had not answered when the time was over' in seen.stdout, seen)


def hints_come_from_files(story: Story) -> None:
    seen = story.run('customer.test', root=('--root-hints', '/nonexistent'))
    story.step('hints that cannot be read: exit 66', seen.returncode == 66 and not seen.stdout, seen)
    wrong = story.world.hints.with_name('wrong.root')
    wrong.write_text('test. NS ns.test.\n')
    seen = story.run('customer.test', root=('--root-hints', str(wrong)))
    story.step('hints without a root: exit 65', seen.returncode == 65 and
               'names no root server' in seen.stderr, seen)
    config = story.world.hints.with_name('mandate.toml')
    config.write_text("""[provider]
include_name = "mailer.provider.test"
pool = ["192.0.2.0/28"]
helo_names = ["out.provider.test"]
default_sender = "no-reply@provider.test"
[store]
path = "mandate.db"
[dns]
root_hints = "private.root"
[relay]
url = "smtp://127.0.0.1:25"
""")
    seen = story.run('customer.test', root=('--config', str(config)))
    story.step('the configuration has the root hints too', seen.returncode == 0, seen)


def main() -> int:
    mandate = arguments(__doc__.splitlines()[0]).parse_args().mandate
    with tempfile.TemporaryDirectory(prefix='mandate-e2e.') as folder:
        world = World(Path(folder))
        try:
            world.start()
            story = Story(mandate, world)
            for part in (servers_agree_and_differ, servers_are_at_fault, names_lead_nowhere,
                         hints_come_from_files):
                part(story)
        except StepFailed:
            return 1
        finally:
            world.stop()
    return 0


if __name__ == '__main__':
    sys.exit(main())
