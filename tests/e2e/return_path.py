"""A return path, end to end: MAIL FROM is at a subdomain whose records are the provider's.

The domain's own record lets nobody of the provider's pass, and does not have to: what the receiver
checks is the policy of the subdomain, and what names the message is the envelope.
"""
import json
import smtplib
import sys

from process import wait_until
from world import CUSTOMER_WITHOUT, World, arguments, customer_with, tell

ACCOUNT = '/v1/accounts/4321'
DOMAIN = ACCOUNT + '/domains/customer.test'
RETURN_PATH = 'bounce.customer.test'
MESSAGE = {'from': 'news@customer.test', 'to': 'reader@receiver.test', 'subject': 'Ready',
           'text': 'A notification.\n'}
BOUNCES = 'bounce IN MX 10 bounces.provider.test.\n'


def account(world: World) -> dict:
    return world.provider.call('GET', ACCOUNT)[1]


def policy(world: World) -> str:
    return f'bounce IN TXT "v=spf1 include:{account(world)["include_name"]} -all"\n'


def named(world: World) -> str:
    return f'_mandate IN TXT "mandate-account={account(world)["token"]}"\n'


def customer(world: World) -> str:
    """The customer's zone with the account's include."""
    return customer_with(account(world)['include_name'])


def add_the_domain(world: World) -> None:
    world.provider.call('POST', '/v1/accounts', {'id': '4321', 'name': 'A customer'})
    shell = world.provider.run
    refused = shell('domain', 'add', '4321', 'news@customer.test', '--mode', 'return_path',
                    '--return-path', 'bounce.other.test')
    world.step('a return path that is not below the domain is refused',
               refused.returncode == 1 and 'no name of its own below' in refused.stderr, refused)
    added = shell('domain', 'add', '4321', 'news@customer.test', '--mode', 'return_path')
    world.step('the command line prints the records to publish',
               added.returncode == 0 and RETURN_PATH in added.stdout
               and f'mandate-account={account(world)["token"]}' in added.stdout
               and f'v=spf1 include:{account(world)["include_name"]} -all' in added.stdout
               and '10 bounces.provider.test' in added.stdout, added)
    shown = json.loads(shell('domain', 'show', '4321', 'customer.test', '--json').stdout)
    world.step('the records have their purposes, and are missing',
               [(r['purpose'], r['type'], r['fqdn'], r['status']) for r in shown['records']]
               == [('ownership', 'TXT', '_mandate.customer.test', 'missing'),
                   ('spf', 'TXT', RETURN_PATH, 'missing'),
                   ('bounces', 'MX', RETURN_PATH, 'missing')], shown)


def publish_and_verify(world: World) -> None:
    verify = lambda: world.provider.call('POST', DOMAIN + '/verify')[1]
    check = verify()
    world.step('before the publication a check proves nothing',
               check['status'] == 'pending' and check['reason_code'] == 'no_record', check)
    world.dns.publish('customer.test', CUSTOMER_WITHOUT + policy(world))
    check = verify()
    world.step('a policy whose bounces would be lost does not verify the domain',
               check['status'] == 'pending' and check['reason_code'] == 'bounces_lost'
               and '10 bounces.provider.test' in check['reason'], check)
    world.dns.publish('customer.test', CUSTOMER_WITHOUT + policy(world) + BOUNCES)
    check = verify()
    world.step('the account\'s include at the return path does not say whose the domain is',
               check['status'] == 'pending' and check['reason_code'] == 'ownership_missing', check)
    world.dns.publish('customer.test',
                      CUSTOMER_WITHOUT + policy(world) + BOUNCES + named(world))
    check = verify()
    world.step('with the record that names the account they verify the domain',
               check['status'] == 'verified' and check['may_send']
               and check['ownership'] == 'token'
               and all(c['mail_from'] == f'bounces+{"0" * 26}@{RETURN_PATH}'
                       for c in check['checks']), check)
    world.step('the zone\'s own server was asked for them',
               [(s['standing'], s['finding']) for s in check['servers']]
               == [('answers', 'proven')] and check['visible_by'], check)
    _, shown = world.provider.call('GET', DOMAIN)
    world.step('the records are found published',
               {r['status'] for r in shown['records']} == {'published'}, shown)


def deliver(world: World) -> None:
    before = len(world.mail.mails())
    _, message = world.provider.call('POST', ACCOUNT + '/messages', MESSAGE)
    wait_until(lambda: len(world.mail.mails()) > before, 'the receiver delivers the mail')
    mail = world.mail.mails()[-1]
    envelope = f'bounces+{message["id"]}@{RETURN_PATH}'
    world.step('the envelope sender names the message at the return path',
               mail['Return-Path'] == f'<{envelope}>' and message['mail_from'] == envelope
               and mail['From'].addresses[0].addr_spec == 'news@customer.test',
               (message, mail.items()))
    judged = str(mail['Received-SPF'])
    world.step('the independent judge gives this envelope sender a pass',
               judged.startswith('Pass (mailfrom)') and 'client-ip=127.0.0.25' in judged
               and f'envelope-from={envelope}' in judged.replace('"', ''), judged)


def forge(world: World) -> None:
    """With the domain itself, whose own policy allows nobody of the pool; and from elsewhere."""
    before = len(world.mail.mails())
    for source, sender in (('127.0.0.25', 'news@customer.test'),
                           ('127.0.0.66', f'bounces@{RETURN_PATH}')):
        reply: tuple[int, bytes] = (250, b'')
        with smtplib.SMTP('127.0.0.1', world.mail.port, local_hostname='forger.receiver.test',
                          source_address=(source, 0), timeout=30) as client:
            try:
                client.sendmail(sender, ['reader@receiver.test'],
                                'From: news@customer.test\r\nSubject: pay me\r\n\r\nnow\r\n')
            except smtplib.SMTPRecipientsRefused as refused:
                reply = refused.recipients['reader@receiver.test']
        world.step(f'{sender} from {source} is rejected by the judge',
                   reply[0] == 550 and b'SPF' in reply[1] and len(world.mail.mails()) == before,
                   reply)


def change_the_mode(world: World) -> None:
    change = lambda: world.provider.run('domain', 'mode', '4321', 'customer.test', 'apex_include')
    refused = change()
    _, kept = world.provider.call('GET', DOMAIN)
    world.step('a mode that is not proven does not replace the one that is',
               refused.returncode == 1 and 'mode_not_proven' in refused.stderr
               and 'customer.test TXT v=spf1 mx include:' in refused.stderr
               and kept['mode'] == 'return_path' and kept['may_send'], (refused, kept))
    world.dns.publish('customer.test', customer(world) + policy(world) + BOUNCES)
    changed = change()
    _, now = world.provider.call('GET', DOMAIN)
    world.step('once the domain\'s own record has the include, the mode changes',
               changed.returncode == 0 and now['mode'] == 'apex_include'
               and now['return_path'] is None and now['may_send'], (changed, now))
    before = len(world.mail.mails())
    world.provider.call('POST', ACCOUNT + '/messages', MESSAGE)
    wait_until(lambda: len(world.mail.mails()) > before, 'the receiver delivers the mail')
    mail = world.mail.mails()[-1]
    world.step('the envelope sender is the sender address then, and passes',
               mail['Return-Path'] == '<news@customer.test>'
               and str(mail['Received-SPF']).startswith('Pass (mailfrom)'), mail.items())


def lose_the_bounces(world: World) -> None:
    changed = world.provider.run('domain', 'mode', '4321', 'customer.test', 'return_path')
    world.step('the mode changes back', changed.returncode == 0, changed)
    world.dns.publish('customer.test', customer(world) + policy(world))
    _, check = world.provider.call('POST', DOMAIN + '/verify')
    world.step('a domain whose bounces are lost is at risk, and may send for the grace',
               check['status'] == 'at_risk' and check['reason_code'] == 'bounces_lost'
               and check['may_send'], check)


def story(world: World) -> None:
    add_the_domain(world)
    publish_and_verify(world)
    deliver(world)
    forge(world)
    change_the_mode(world)
    lose_the_bounces(world)


if __name__ == '__main__':
    sys.exit(tell(story, arguments(__doc__.splitlines()[0]).parse_args().mandate))
