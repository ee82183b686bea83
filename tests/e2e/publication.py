"""The advice, carried out: a plan is published on a name server by its own nsupdate script, and what
stands there then leaves nothing to do.

The domains are the article's: no record, one, two, one that was meant to be one, the article's own
example, and one with ten lookups. Knot DNS takes the updates; nsupdate is BIND's.
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
EXAMPLE = ('v=spf1 ip4:38.74.192.64/27 ip4:38.122.106.8/30 ip4:38.102.153.129/27 '
           'ip4:38.122.152.32/29 ip4:159.63.54.50/30 ip4:64.215.193.192/27 '
           'include:spf.protection.outlook.com include:outlook.com a mx -all')
LONG = 'v=spf1 ' + ' '.join(f'ip4:198.51.100.{i}' for i in range(10, 25)) + ' ~all'

ZONES = {
    'provider.test': """mailer TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
*.mailer TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
""",
    'customer.test': f"""@ A 192.0.2.80
@ MX 10 mx1
mx1 A 192.0.2.90
none A 192.0.2.80
one TXT "v=spf1 mx -all"
one TXT "site-verification=4711"
one MX 10 mx1
two TXT "v=spf1 a:mx1.customer.test -all"
two TXT "v=spf1 ip4:203.0.113.0/24 ~all"
near TXT "v=spf1; mx ~all"
near MX 10 mx1
long TXT "{LONG}"
seed TXT "1{EXAMPLE[:200]}" "{EXAMPLE[200:]}"
seed A 192.0.2.80
seed MX 10 mx1
ten TXT "v=spf1 a mx {' '.join(f'include:s{i}.customer.test' for i in range(8))} -all"
ten A 192.0.2.81
ten MX 10 mail.ten
mail.ten A 192.0.2.82
""" + ''.join(f's{i} TXT "v=spf1 ip4:203.0.113.{i} -all"\n' for i in range(8)),
    'outlook.com': """@ TXT "v=spf1 include:spf-a.outlook.com include:spf-b.outlook.com ip4:157.55.9.128/25 include:spf.protection.outlook.com include:spf-a.hotmail.com include:_spf-ssg-b.microsoft.com include:_spf-ssg-c.microsoft.com ~all"
spf-a TXT "v=spf1 ip4:157.56.232.0/21 ip4:157.56.240.0/20 -all"
spf-b TXT "v=spf1 ip4:65.55.78.128/25 ip4:111.221.112.0/21 -all"
spf.protection TXT "v=spf1 ip4:40.92.0.0/15 ip4:40.107.0.0/16 ip6:2a01:111:f400::/48 -all"
""",
    'hotmail.com': 'spf-a TXT "v=spf1 ip4:157.55.0.192/26 ~all"\n',
    'microsoft.com': """_spf-ssg-b TXT "v=spf1 ip4:207.68.169.173/30 ~all"
_spf-ssg-c TXT "v=spf1 ip4:65.54.121.120/29 ~all"
""",
}


class Story(Steps):
    def __init__(self, mandate: Path, dns: UpdatedNameServer) -> None:
        super().__init__()
        self.mandate = mandate
        self.dns = dns

    def run(self, *words: str) -> tuple[int, str]:
        done = subprocess.run([self.mandate, *words, f'@127.0.0.1:{self.dns.port}'],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout

    def plan(self, domain: str) -> dict:
        code, out = self.run('plan', domain, '--include', INCLUDE, '--json')
        return {'code': code, **json.loads(out)}

    def script(self, domain: str) -> str:
        return self.run('plan', domain, '--include', INCLUDE, '--format', 'nsupdate')[1]

    def publish(self, domain: str) -> None:
        """By the plan's own script."""
        script = self.script(domain)
        done, said = self.dns.update(script)
        self.step(f'nsupdate publishes the plan of {domain}', done, (script, said))
        again, said = self.dns.update(script)
        self.step(f'the script of {domain} is refused once the name has changed',
                  not again and 'RRSET' in said, said)

    def nothing_is_left(self, domain: str, value: str) -> None:
        plan = self.plan(domain)
        self.step(f'{domain} then leaves nothing to do',
                  plan['code'] == 0 and plan['verdict'] == 'nothing_to_do'
                  and plan['observed'] == [value], plan)


def lint_the_example(story: Story) -> None:
    code, out = story.run('lint', 'seed.customer.test', '--json')
    record = json.loads(out)['records'][0]
    found = {(finding['id'], finding['old']) for finding in record['findings'] + record['left']}
    story.step('lint finds the stray 1 of the article\'s example',
               code == 1 and any(rule == 'version-prefix' for rule, _ in found), record)
    story.step('lint finds the host bits of its two prefixes',
               {old for rule, old in found if rule == 'host-bits'}
               == {'ip4:38.102.153.129/27', 'ip4:159.63.54.50/30'}, record)
    story.step('lint finds its generic include',
               ('generic-include', 'include:outlook.com') in found, record)


def publish_plainly(story: Story, domain: str, value: str) -> None:
    plan = story.plan(domain)
    story.step(f'the plan of {domain} is proven',
               plan['code'] == 1 and plan['proven'] and plan['publish']['value'] == value, plan)
    story.publish(domain)
    story.nothing_is_left(domain, value)


def publish_a_remedy(story: Story, domain: str, remedy: str) -> None:
    """The plain edit takes an eleventh lookup: the first remedy that is proven is published."""
    plan = story.plan(domain)
    story.step(f'the plain edit of {domain} is refused',
               plan['code'] == 2 and plan['verdict'] == 'cannot' and plan['publish'] is None, plan)
    proven = [r for r in plan['remedies'] if r['proof']['holds'] and r['name'] == domain]
    story.step(f'{domain} has the proven remedy {remedy}',
               bool(proven) and proven[0]['id'] == remedy, plan['remedies'])
    strings = ' '.join(f'"{s}"' for s in proven[0]['strings'])
    done, said = story.dns.update(f'zone customer.test.\nupdate delete {domain}. TXT\n'
                                  f'update add {domain}. 300 TXT {strings}\nsend\n')
    story.step(f'nsupdate publishes the remedy of {domain}', done, said)
    story.nothing_is_left(domain, proven[0]['value'])


def tell_the_story(story: Story) -> None:
    lint_the_example(story)
    include = f'include:{INCLUDE}'
    publish_plainly(story, 'none.customer.test', f'v=spf1 {include} ~all')
    publish_plainly(story, 'one.customer.test', f'v=spf1 mx {include} -all')
    texts = dns_query.ask(story.dns.port, 'one.customer.test', dns_query.TXT)
    story.step('a text that is no SPF record stays', any(b'4711' in text for text in texts), texts)
    publish_plainly(story, 'two.customer.test',
                    f'v=spf1 ip4:203.0.113.0/24 a:mx1.customer.test {include} ~all')
    publish_plainly(story, 'near.customer.test', f'v=spf1 mx {include} ~all')
    publish_plainly(story, 'long.customer.test', LONG.replace('~all', f'{include} ~all'))
    texts = dns_query.ask(story.dns.port, 'long.customer.test', dns_query.TXT)
    story.step('a record of over 255 octets is served in two strings',
               len(texts) == 1 and texts[0][0] < 255 and len(texts[0]) > texts[0][0] + 1, texts)
    publish_a_remedy(story, 'ten.customer.test', 'addresses-for-hosts')
    publish_a_remedy(story, 'seed.customer.test', 'drop-needless')


def main() -> int:
    mandate = arguments(__doc__.splitlines()[0]).parse_args().mandate
    with tempfile.TemporaryDirectory(prefix='mandate-e2e.') as folder:
        dns = UpdatedNameServer(Path(folder) / 'dns', ZONES)
        try:
            dns.start()
            tell_the_story(Story(mandate, dns))
        except StepFailed:
            return 1
        finally:
            dns.stop()
    return 0


if __name__ == '__main__':
    sys.exit(main())
