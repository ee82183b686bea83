"""What the servers of a customer's zone say, each for itself, and what a verification makes of it.

Three real servers of the zone, a root and a resolver of their own; the servers disagree, are behind,
silent, lame and gone, or lie, and the evidence of each check is replayed offline.
"""
import socket
import sys
import tempfile
from pathlib import Path

from liar import Liar
from name_server import NameServer
from process import free_port, wait_until
from provider import Provider
from steps import StepFailed, Steps
from world import PROVIDER_ZONE, arguments, customer_with

ROOT, RESOLVER, FIRST, SECOND, SILENT, GONE, LAME = (f'127.0.54.{i}' for i in range(1, 8))
LIARS = ('127.0.54.8', '127.0.54.9')
THREE = {'ns1': FIRST, 'ns2': SECOND, 'ns3': SILENT}
DOMAIN = '/v1/accounts/4321/domains/customer.test'
NOTHING = '@ IN TXT "v=spf1 mx -all"\n'


class World:
    def __init__(self, folder: Path, program: Path) -> None:
        self.port = port = free_port()
        both = {'customer.test': {'ns1': FIRST, 'ns2': SECOND}}
        self.root = NameServer(folder / 'root', {'': self.root_zone(both['customer.test'])}, ROOT,
                               port)
        self.first = NameServer(folder / 'first', {'customer.test': NOTHING}, FIRST, port, both)
        self.second = NameServer(folder / 'second', {'customer.test': NOTHING}, SECOND, port, both)
        self.lame = NameServer(folder / 'lame', {'other.test': ''}, LAME, port)
        # Serves all names as it has them, as a resolver whose cache is behind.
        self.resolver = NameServer(
            folder / 'resolver', {'provider.test': PROVIDER_ZONE, 'customer.test': NOTHING},
            RESOLVER, port)
        self.silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.silent.bind((SILENT, port))
        self.provider = Provider(program, folder / 'mandate', port, free_port())
        config = self.provider.config.read_text()
        self.provider.config.write_text(
            config.replace('resolver = "127.0.0.1:', f'resolver = "{RESOLVER}:'))
        (folder / 'mandate' / 'private.root').write_text(f'. NS ns.\nns. A {ROOT}\n')
        self.liars = [Liar(address, port) for address in LIARS]
        self.servers = [self.root, self.first, self.second, self.lame, self.resolver, *self.liars]

    @staticmethod
    def root_zone(servers: dict[str, str]) -> str:
        return ''.join(f'customer.test NS {name}.customer.test\n{name}.customer.test A {address}\n'
                       for name, address in servers.items())

    def delegate(self, servers: dict[str, str]) -> None:
        self.root.publish('', self.root_zone(servers))

    def start(self) -> None:
        for part in (*self.servers, self.provider):
            part.start()

    def stop(self) -> None:
        for part in (self.provider, *self.servers):
            part.stop()
        self.silent.close()


class Story(Steps):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.api = world.provider.call
        _, account = self.api('POST', '/v1/accounts', {'id': '4321'})
        self.good = customer_with(account['include_name'])
        self.api('POST', '/v1/accounts/4321/domains', {'domain': 'customer.test'})
        # The one that is made at once and by itself would take the place of the evidence below.
        wait_until(lambda: self.api('GET', DOMAIN)[1]['last_checked_at'], 'the first check is made')

    def finds(self, what: str, finding: str, code: str, status: str) -> dict:
        _, check = self.api('POST', DOMAIN + '/verify')
        self.step(f'{what}: {finding} {code or "-"}, {status}',
                  (check['finding'], check['reason_code'], check['status'])
                  == (finding, code, status), check)
        if check['evidence_id']:
            seen = self.world.provider.run('explain', '--evidence', check['evidence_id'],
                                           '--config', str(self.world.provider.config))
            self.step('and its evidence replays to the same', seen.returncode == 0, seen)
        return check

    def standings(self, check: dict) -> dict[str, tuple[str, str | None]]:
        return {server['address'].split(':')[0]: (server['standing'], server['finding'])
                for server in check['servers']}


def permission_comes_with_the_newest_word(story: Story) -> None:
    world = story.world
    story.finds('no server has the record', 'refused', 'include_missing', 'pending')
    world.first.publish('customer.test', story.good)
    check = story.finds('the server with the newest serial has it, the resolver not yet',
                        'proven', '', 'verified')
    story.step('each server is told of, and when caches will have turned',
               story.standings(check) == {FIRST: ('answers', 'proven'),
                                          SECOND: ('answers', 'refused')}
               and check['visible_by'] is not None, check)
    world.second.publish('customer.test', story.good)
    world.resolver.publish('customer.test', story.good)
    check = story.finds('all have it', 'proven', '', 'verified')
    story.step('and nothing is to turn any more', check['visible_by'] is None, check)


def permission_is_lost_by_most(story: Story) -> None:
    world = story.world
    world.second.publish('customer.test', NOTHING)
    story.finds('one of two has lost it', 'unavailable', 'servers_disagree', 'verified')
    world.delegate({'ns1': FIRST, 'gone': GONE})
    world.second.publish('customer.test', story.good)
    for _ in range(2):  # so that its serial is the newest
        world.first.publish('customer.test', NOTHING)
    story.finds('the newest of three has lost it, one has it, one is gone', 'unavailable', 'servers_disagree',
                'verified')
    world.delegate({'ns1': FIRST, 'ns2': SECOND})
    world.second.publish('customer.test', NOTHING)
    story.finds('both have lost it', 'refused', 'include_missing', 'suspended')
    world.first.publish('customer.test', story.good)
    world.second.publish('customer.test', story.good)
    story.finds('both have it again', 'proven', '', 'verified')


def servers_fail(story: Story) -> None:
    world = story.world
    for name, address in {'silent': SILENT, 'gone': GONE, 'lame': LAME}.items():
        world.delegate({name: address})
        check = story.finds(f'the only server is {name}, so the resolver decides', 'proven', '',
                            'verified')
        story.step(f'and {name} is said to be no answer',
                   story.standings(check) == {address: ('fails', None)}, check)
    world.delegate({'ns1': FIRST, 'silent': SILENT, 'gone': GONE, 'lame': LAME})
    check = story.finds('one server answers, the others fail', 'proven', '', 'verified')
    story.step('which is the one that counts',
               story.standings(check)[FIRST] == ('answers', 'proven'), check)


def servers_lie(story: Story) -> None:
    world = story.world
    world.delegate({'ns1': FIRST, 'liar1': LIARS[0], 'liar2': LIARS[1]})
    lies = ('servfail', 'truncated', 'garbage', 'othercase', 'silence')

    def lie_by(lie: str) -> None:
        for liar in world.liars:
            liar.lie, liar.asked = lie, 0

    for lie in lies:
        lie_by(lie)
        check = story.finds(f'two of four answer, the others have {lie}', 'proven', '', 'verified')
        standings = story.standings(check)
        story.step('and are asked, and not believed',
                   all(liar.asked > 0 for liar in world.liars)
                   and standings[FIRST] == ('answers', 'proven')
                   and all(standings[address] == ('fails', None) for address in LIARS), check)
    world.first.publish('customer.test', NOTHING)
    world.second.publish('customer.test', NOTHING)
    for lie in lies:
        lie_by(lie)
        story.finds(f'two have lost it, the others have {lie}, receivers see it still',
                    'unavailable', 'servers_disagree', 'verified')
    world.resolver.publish('customer.test', NOTHING)
    story.finds('and once receivers see it no more, it is lost', 'refused', 'include_missing',
                'suspended')


def main() -> int:
    mandate = arguments(__doc__.splitlines()[0]).parse_args().mandate
    with tempfile.TemporaryDirectory(prefix='mandate-e2e.') as folder:
        world = World(Path(folder), mandate)
        try:
            world.start()
            story = Story(world)
            for part in (permission_comes_with_the_newest_word, permission_is_lost_by_most,
                         servers_fail, servers_lie):
                part(story)
        except StepFailed:
            return 1
        finally:
            world.stop()
    return 0


if __name__ == '__main__':
    sys.exit(main())
