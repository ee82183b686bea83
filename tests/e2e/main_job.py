"""The main job, end to end: asked, published, verified, sent, judged, forged, withdrawn.

Real parts only: NSD serves the customer's zone, Postfix receives, and Debian's SPF policy daemon,
which is not ours, judges. `--sabotage` breaks one step on purpose; sabotage.py shows that the test
then fails at that step.
"""
import json
import smtplib
import sys

from process import wait_until
from world import CUSTOMER_WITHOUT, World, arguments, customer_with, tell

ACCOUNT = '/v1/accounts/4321'
DOMAIN = ACCOUNT + '/domains/customer.test'
MESSAGE = {'from': 'news@customer.test', 'to': 'reader@receiver.test',
           'subject': 'Déjà vu', 'text': 'A notification.\n.\nIts last line.\n'}

# What is broken on purpose, and the step at which the test must fail then.
SABOTAGE = {
    'published-early': 'a message from the pending domain is refused, and nothing is stored',
    'never-published': 'the published record verifies the domain',
    'no-judge': 'the delivered mail bears the independent judge\'s pass',
    'forger-in-pool': 'the forger with the same MAIL FROM is rejected by the judge',
    'never-withdrawn': 'the withdrawn record ends the permission',
    'names-both': 'another account that lists the domain proves nothing',
    'not-asked-whose': 'another account that lists the domain proves nothing',
}


def send(world: World, key: str | None = None, account: str = ACCOUNT) -> tuple[int, dict]:
    return world.provider.call('POST', account + '/messages', MESSAGE, key)


def include_name(world: World, account: str = ACCOUNT) -> str:
    return world.provider.call('GET', account)[1]['include_name']


def ask_for_the_domain(world: World, sabotage: str) -> None:
    api = world.provider.call
    status, account = api('POST', '/v1/accounts', {'id': '4321', 'name': 'A customer'})
    world.step('the provider creates the account', status == 201, account)
    status, domain = api('POST', ACCOUNT + '/domains', {'sender': 'News@Customer.TEST.'})
    record = domain.get('records', [{}])[0]
    world.step('the domain is pending, with the exact record to publish',
               status == 201 and domain['status'] == 'pending' and not domain['may_send']
               and record.get('value') == f'v=spf1 mx include:{include_name(world)} -all'
               and include_name(world).endswith('.mailer.provider.test') and record.get('fqdn') == 'customer.test'
               and record.get('observed') == ['v=spf1 mx -all'], domain)
    if sabotage == 'published-early':
        world.dns.publish('customer.test', customer_with(include_name(world)))
        api('POST', DOMAIN + '/verify')
    status, problem = send(world)
    _, messages = api('GET', ACCOUNT + '/messages')
    world.step('a message from the pending domain is refused, and nothing is stored',
               status == 403 and problem['code'] == 'domain_pending' and messages['data'] == [],
               (status, problem, messages))


def publish_and_verify(world: World, sabotage: str) -> None:
    api = world.provider.call
    status, check = api('POST', DOMAIN + '/verify')
    world.step('before the publication a check proves nothing',
               status == 202 and check['status'] == 'pending'
               and check['reason_code'] == 'include_missing', check)
    if sabotage != 'never-published':
        world.dns.publish('customer.test', customer_with(include_name(world)))
    status, check = api('POST', DOMAIN + '/verify')
    world.step('the published record verifies the domain',
               status == 202 and check['status'] == 'verified' and check['finding'] == 'proven'
               and len(check['checks']) >= 2
               and all(c['result'] == 'pass' for c in check['checks']), check)
    world.step('the zone\'s own server was asked, and the include names the account',
               check['ownership'] == 'own_include'
               and [(s['standing'], s['finding']) for s in check['servers']]
               == [('answers', 'proven')] and check['visible_by'], check)
    status, listed = api('GET', ACCOUNT + '/authorizations')
    world.step('the domain is listed for the account',
               [entry['domain'] for entry in listed['data']] == ['customer.test'], listed)
    status, evidence = api('GET', f'{ACCOUNT}/evidence/{check["evidence_id"]}')
    world.step('the evidence is kept', status == 200 and 'facts' in evidence, evidence)
    replay_the_evidence(world, evidence)


def replay_the_evidence(world: World, evidence: dict) -> None:
    config = str(world.provider.config)
    seen = world.provider.run('explain', '--evidence', evidence['id'], '--config', config)
    world.step('replayed offline it comes to the same verdict, told as a story',
               seen.returncode == 0 and 'The verdict is the same' in seen.stdout
               and 'proven' in seen.stdout and 'ip4:127.0.0.25' in seen.stdout, seen)
    path = world.folder / 'evidence.json'
    path.write_text(json.dumps(evidence).replace('v=spf1 mx include:', 'v=spf1 mx -include:'))
    seen = world.provider.run('explain', '--evidence-file', str(path), '--json')
    world.step('with another record in it the verdict is another one',
               seen.returncode == 1 and not json.loads(seen.stdout)['same'], seen)
    seen = world.provider.run('explain', '--evidence', 'none', '--config', config)
    world.step('evidence that is not there is said not to be', seen.returncode == 66
               and 'there is no evidence "none"' in seen.stderr, seen)


def deliver(world: World) -> None:
    status, message = send(world)
    world.step('the message is accepted', status == 202 and message['state'] == 'queued'
               or message.get('state') == 'delivered', (status, message))
    wait_until(lambda: bool(world.mail.mails()), 'the receiver delivers the mail')
    mail = world.mail.mails()[0]
    world.step('the delivered mail bears the independent judge\'s pass',
               str(mail['Received-SPF']).startswith('Pass (mailfrom)')
               and 'client-ip=127.0.0.25' in str(mail['Received-SPF']), mail.items())
    text = mail.get_content().replace('\r\n', '\n')
    world.step('the delivered mail is the message, sent under the customer\'s name',
               mail['Return-Path'] == '<news@customer.test>'
               and mail['From'].addresses[0].addr_spec == 'news@customer.test'
               and mail['Subject'] == MESSAGE['subject'] and text == MESSAGE['text']
               and mail['Message-ID'] == message['message_id'], (mail.items(), text))
    path = f'{ACCOUNT}/messages/{message["id"]}'
    wait_until(lambda: world.provider.call('GET', path)[1]['state'] == 'delivered',
               'the outbox records the end')
    world.step('the outbox has recorded the end', True, None)


def forge(world: World, sabotage: str) -> None:
    source = '127.0.0.25' if sabotage == 'forger-in-pool' else '127.0.0.66'
    code, reply = 250, b''
    with smtplib.SMTP('127.0.0.1', world.mail.port, local_hostname='forger.receiver.test',
                      source_address=(source, 0), timeout=30) as client:
        try:
            client.sendmail('news@customer.test', ['reader@receiver.test'],
                            'From: news@customer.test\r\nSubject: pay me\r\n\r\nnow\r\n')
        except smtplib.SMTPRecipientsRefused as refused:
            code, reply = refused.recipients['reader@receiver.test']
    world.step('the forger with the same MAIL FROM is rejected by the judge',
               code == 550 and b'SPF' in reply and len(world.mail.mails()) == 1, (code, reply))


def keep_accounts_apart(world: World, sabotage: str) -> None:
    api = world.provider.call
    other = '/v1/accounts/other'
    api('POST', '/v1/accounts', {'id': 'other'})
    key = world.provider.new_key('other')
    status, problem = send(world, key, other)
    foreign, _ = send(world, key)
    world.step('another account cannot send as the domain',
               status == 403 and problem['code'] == 'domain_not_listed' and foreign == 404,
               (status, problem, foreign))
    if sabotage == 'names-both':
        world.dns.publish('customer.test',
                          customer_with(include_name(world), include_name(world, other)))
    if sabotage == 'not-asked-whose':
        world.provider.stop()
        world.provider.require_no_ownership()
        world.provider.start()
    api('POST', other + '/domains', {'domain': 'customer.test'})
    _, check = api('POST', other + '/domains/customer.test/verify')
    status, problem = send(world, key, other)
    world.step('another account that lists the domain proves nothing',
               check['reason_code'] == 'owned_by_other' and check['status'] == 'pending'
               and status == 403 and problem['code'] == 'domain_pending',
               (check, status, problem))
    _, domain = api('GET', DOMAIN)
    world.step('and does not touch the one that holds it',
               domain['status'] == 'verified' and domain['contested_at'] is None, domain)


def withdraw(world: World, sabotage: str) -> None:
    api = world.provider.call
    if sabotage != 'never-withdrawn':
        world.dns.publish('customer.test', CUSTOMER_WITHOUT)
    status, check = api('POST', DOMAIN + '/verify')
    world.step('the withdrawn record ends the permission',
               status == 202 and check['status'] == 'suspended' and not check['may_send'], check)
    status, listed = api('GET', ACCOUNT + '/authorizations')
    world.step('the domain is listed no more', listed['data'] == [], listed)
    status, problem = send(world)
    world.step('a message is refused again',
               status == 403 and problem['code'] == 'domain_suspended', (status, problem))
    world.step('nothing but the one message was ever delivered', len(world.mail.mails()) == 1,
               len(world.mail.mails()))


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument('--sabotage', choices=SABOTAGE, default='', help='break one step')
    options = parser.parse_args()

    def story(world: World) -> None:
        ask_for_the_domain(world, options.sabotage)
        publish_and_verify(world, options.sabotage)
        deliver(world)
        forge(world, options.sabotage)
        keep_accounts_apart(world, options.sabotage)
        withdraw(world, options.sabotage)

    return tell(story, options.mandate, judged=options.sabotage != 'no-judge')


if __name__ == '__main__':
    sys.exit(main())
