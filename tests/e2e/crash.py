"""Nothing accepted is lost: the relay is away, the program is killed, and the mail still arrives."""
import sys

from process import wait_until
from world import World, arguments, customer_with, tell

MESSAGE = {'from': 'news@customer.test', 'to': 'reader@receiver.test', 'subject': 'kept',
           'text': 'still here'}


def story(world: World) -> None:
    api = world.provider.call
    _, account = api('POST', '/v1/accounts', {'id': '4321'})
    api('POST', '/v1/accounts/4321/domains', {'domain': 'customer.test'})
    world.dns.publish('customer.test', customer_with(account['include_name']))
    _, check = api('POST', '/v1/accounts/4321/domains/customer.test/verify')
    world.step('the domain is verified', check['status'] == 'verified', check)

    world.mail.stop()
    status, message = api('POST', '/v1/accounts/4321/messages', MESSAGE)
    path = f'/v1/accounts/4321/messages/{message.get("id")}'
    world.step('with the relay away a message is accepted', status == 202, message)
    wait_until(lambda: api('GET', path)[1]['attempts'] >= 1, 'a first attempt fails')
    _, waiting = api('GET', path)
    world.step('a failed attempt leaves it queued, with its reason',
               waiting['state'] == 'queued' and waiting['last_reply'] != '', waiting)

    world.provider.kill()
    world.mail.start()
    world.provider.start()
    wait_until(lambda: api('GET', path)[1]['state'] == 'delivered',
               'the message is delivered after the restart', seconds=60)
    wait_until(lambda: bool(world.mail.mails()), 'the receiver has the mail')
    mails = world.mail.mails()
    world.step('killed and started again, the program delivers it under the same Message-ID',
               [mail['Message-ID'] for mail in mails] == [message['message_id']], mails)


if __name__ == '__main__':
    sys.exit(tell(story, arguments(__doc__).parse_args().mandate))
