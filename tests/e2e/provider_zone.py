"""The provider's own records, carried out: published on a name server by the script that mandate
writes for nsupdate, checked there, and changed when the sending pool grows beyond one answer.

Knot DNS takes the updates; nsupdate is BIND's.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import dns_query
from steps import StepFailed, Steps
from updated_name_server import UpdatedNameServer
from world import arguments

INCLUDE = 'mailer.provider.test'
ZONES = {'provider.test': """mailer TXT "site-verification=4711"
out.mailer A 192.0.2.1
"""}
SMALL = ['192.0.2.0/29', '192.0.2.8/29', '2001:db8:25::/64']
LARGE = SMALL + [f'198.51.{2 * i}.0/24' for i in range(60)]
GROWN = LARGE + ['203.0.113.0/24']


class Story(Steps):
    def __init__(self, mandate: Path, dns: UpdatedNameServer, config: Path) -> None:
        super().__init__()
        self.mandate = mandate
        self.dns = dns
        self.config = config

    def send_from(self, pool: list[str]) -> None:
        self.config.write_text(f"""[provider]
include_name = "{INCLUDE}"
pool = {json.dumps(pool)}
helo_names = ["out.{INCLUDE}"]
default_sender = "no-reply@provider.test"
bounce_host = "bounces.provider.test"
[store]
path = "none.db"
[dns]
resolver = "127.0.0.1:{self.dns.port}"
[relay]
url = "smtp://127.0.0.1:1"
""")

    def zone(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            [self.mandate, 'provider', 'zone', '--config', self.config, *words],
            capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout

    def check(self) -> tuple[int, list[dict]]:
        code, out = self.zone('--check', '--json')
        return code, json.loads(out)['names']

    def publish(self, what: str) -> str:
        """By the script that mandate writes."""
        code, script = self.zone('--format', 'nsupdate')
        done, said = self.dns.update(script)
        self.step(f'nsupdate publishes {what}', code == 0 and done, (script, said))
        return script

    def is_as_configured(self, what: str, lookups: int) -> None:
        code, names = self.check()
        self.step(f'{what} is published as the configuration says',
                  code == 0 and all(name['exact'] and not name['bounces'] for name in names), names)
        self.step(f'{what} takes {lookups} lookups of a customer',
                  [name['lookups'] for name in names] == [lookups] * 3, names)
        script = self.zone('--format', 'nsupdate')[1]
        self.step(f'there is nothing more to publish for {what}',
                  all(line.startswith('; ') for line in script.splitlines()), script)


def tell_the_story(story: Story) -> None:
    story.send_from(SMALL)
    code, names = story.check()
    story.step('the check misses the pool where nothing is published',
               code == 1 and all(name['missing'] for name in names)
               and [bool(name['bounces']) for name in names] == [True, True, False], names)
    script = story.publish('a small pool')
    story.is_as_configured('a small pool', 1)
    again, said = story.dns.update(script)
    story.step('the script is refused once the names have changed',
               not again and 'RRSET' in said, said)
    texts = dns_query.ask(story.dns.port, INCLUDE, dns_query.TXT)
    story.step('a text that is no SPF record stays', any(b'4711' in text for text in texts), texts)

    story.send_from(LARGE)
    code, names = story.check()
    story.step('the check misses what the pool has grown by',
               code == 1 and len(names[0]['missing'][0]['ranges']) == 60, names[0])
    story.publish('a large pool over numbered names')
    story.is_as_configured('a large pool', 3)

    story.send_from(GROWN)
    script = story.publish('one network more')
    story.step('the script warns of what moves between names', 'receivers may miss' in script, script)
    story.is_as_configured('a grown pool', 3)

    story.send_from(SMALL)
    code, names = story.check()
    story.step('the check tells who passes beside the pool',
               code == 1 and not names[0]['missing']
               and sum(len(shift['ranges']) for shift in names[0]['surplus']) == 61, names[0])


def main() -> int:
    mandate = arguments(__doc__.splitlines()[0]).parse_args().mandate
    with tempfile.TemporaryDirectory(prefix='mandate-e2e.') as folder:
        dns = UpdatedNameServer(Path(folder) / 'dns', ZONES)
        try:
            dns.start()
            tell_the_story(Story(mandate, dns, Path(folder) / 'mandate.toml'))
        except StepFailed:
            return 1
        finally:
            dns.stop()
    return 0


if __name__ == '__main__':
    sys.exit(main())
