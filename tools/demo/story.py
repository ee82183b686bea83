"""The main job, told with the real program: zone files as the DNS, SQLite, and a small receiver."""
import argparse
import json
import os
import re
import shlex
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sink import Sink

COLOUR = sys.stdout.isatty() and not os.environ.get('NO_COLOR')
PROVIDER_ZONE = '''$TTL 60
mailer.provider.example.     TXT "v=spf1 ip4:127.0.0.25 -all"
*.mailer.provider.example.   TXT "v=spf1 ip4:127.0.0.25 -all"
out.mailer.provider.example. A   127.0.0.25
'''
CUSTOMER_ZONE = '''$TTL 60
customer.example.    TXT "{record}"
customer.example.    MX  10 mx.customer.example.
mx.customer.example. A   192.0.2.25
'''
CONFIG = '''[provider]
include_name   = "mailer.provider.example"
pool           = ["127.0.0.25/32"]
helo_names     = ["out.mailer.provider.example"]
default_sender = "no-reply@provider.example"
[server]
listen = "127.0.0.1:0"
[store]
path = "mandate.db"
[dns]
zones = ["provider.zone", "customer.zone"]
[relay]
url = "smtp://127.0.0.1:{port}"
source_address = "127.0.0.25"
tls = "never"
'''
WITHOUT = 'v=spf1 mx -all'
SEND = ('send', '4321', '--from', 'news@customer.example', '--to', 'reader@receiver.example',
        '--subject', 'Your report is ready', '--text', 'It is here.')


class Wrong(Exception):
    """Something did not do what the story says."""


def paint(text: str, code: str) -> str:
    return f'\033[{code}m{text}\033[0m' if COLOUR else text


def tell(text: str) -> None:
    print(f'\n{paint("▌ " + text, "1")}', flush=True)


class Story:
    def __init__(self, program: Path) -> None:
        self.program = program.resolve()
        self.folder = Path(tempfile.mkdtemp(prefix='mandate-demo.'))
        self.sink = Sink(self.judge)
        self.serve: subprocess.Popen[str] | None = None
        self.env = dict(os.environ)
        (self.folder / 'provider.zone').write_text(PROVIDER_ZONE)
        self.write_record(WITHOUT)
        (self.folder / 'mandate.toml').write_text(CONFIG.format(port=self.sink.port))

    def write_record(self, record: str) -> None:
        (self.folder / 'customer.zone').write_text(CUSTOMER_ZONE.format(record=record))

    def run(self, *arguments: str, quiet: bool = False,
            expect: int = 0) -> subprocess.CompletedProcess[str]:
        if not quiet:
            print(paint('$ mandate ' + shlex.join(arguments), '36'), flush=True)
        done = subprocess.run([str(self.program), *arguments], cwd=self.folder, env=self.env,
                              capture_output=True, text=True, timeout=60, check=False)
        if not quiet:
            print('\n'.join('  ' + line for line in (done.stdout + done.stderr).splitlines()),
                  flush=True)
        if done.returncode != expect:
            raise Wrong(f'mandate {shlex.join(arguments)} ended with {done.returncode}, '
                        f'not {expect}: {done.stdout}{done.stderr}')
        return done

    def judge(self, address: str, sender: str, helo: str) -> tuple[bool, str]:
        """The receiver's own SPF check, made as any receiver makes it."""
        done = subprocess.run(
            [str(self.program), 'check', '--ip', address, '--mail-from', sender, '--helo', helo,
             '--zone', 'provider.zone', '--zone', 'customer.zone', '--json'],
            cwd=self.folder, capture_output=True, text=True, timeout=30, check=False)
        result = json.loads(done.stdout)['result']
        field = f'{result} (client-ip={address}; envelope-from={sender}; helo={helo})'
        return result == 'pass', field

    def start(self) -> None:
        log = (self.folder / 'serve.log').open('w')
        self.serve = subprocess.Popen([str(self.program), 'serve', '--config', 'mandate.toml'],
                                      cwd=self.folder, stdout=log, stderr=log, text=True)
        address = self.wait_for_log(r'http://127\.0\.0\.1:\d+')
        key = self.run('key', 'create', '--config', 'mandate.toml', '--json', quiet=True)
        self.env |= {'MANDATE_URL': address, 'MANDATE_KEY': json.loads(key.stdout)['key']}

    def wait_for_log(self, pattern: str, after: int = 0) -> str:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            text = (self.folder / 'serve.log').read_text()
            if found := re.search(pattern, text[after:]):
                return found.group(0)
            if self.serve is not None and self.serve.poll() is not None:
                raise Wrong(f'mandate serve has ended: {text}')
            time.sleep(0.02)
        raise Wrong(f'mandate serve did not log {pattern}')

    def publish(self, old: str, new: str) -> None:
        print(paint(f'  customer.example.  TXT  "{old}"', '31'))
        print(paint(f'  customer.example.  TXT  "{new}"', '32'), flush=True)
        self.write_record(new)
        assert self.serve is not None
        before = len((self.folder / 'serve.log').read_text())
        self.serve.send_signal(signal.SIGHUP)
        self.wait_for_log('zone files were read again', before)

    def forge(self) -> str:
        with smtplib.SMTP('127.0.0.1', self.sink.port, local_hostname='forger.example',
                          source_address=('127.0.0.66', 0), timeout=30) as client:
            try:
                client.sendmail('news@customer.example', ['reader@receiver.example'],
                                'From: news@customer.example\r\nSubject: Pay here\r\n\r\nnow\r\n')
            except smtplib.SMTPRecipientsRefused as refused:
                code, reply = refused.recipients['reader@receiver.example']
                return f'{code} {reply.decode()}'
        raise Wrong('the receiver took the forged mail')

    def stop(self) -> None:
        if self.serve is not None and self.serve.poll() is None:
            self.serve.terminate()
            self.serve.wait(timeout=20)
        self.sink.close()
        shutil.rmtree(self.folder)


def ask(story: Story) -> str:
    tell('The provider lets account 4321 send notifications. It wants to send as news@customer.example.')
    story.run('account', 'add', '4321', '--name', 'A customer')
    added = story.run('domain', 'add', '4321', 'news@customer.example')
    record = re.search(r'v=spf1 [^"\n]*include:[0-9a-v]+\.mailer\.provider\.example[^"\n]*', added.stdout)
    if not record:
        raise Wrong('the record to publish was not named')
    tell('Nothing is proven yet, so nothing leaves.')
    story.run(*SEND, expect=1)
    return record.group(0).strip()


def publish_and_send(story: Story, record: str) -> None:
    tell('The customer\'s admin puts just that record into the zone.')
    story.publish(WITHOUT, record)
    tell('Mandate evaluates the published policy for every address that the mail would leave from.')
    story.run('domain', 'verify', '4321', 'customer.example')
    tell('Now the domain is listed, and the account sends under it.')
    story.run(*SEND, '--wait')
    mails = story.sink.wait_for(1)
    if len(mails) != 1 or not mails[0].startswith(b'Received-SPF: pass'):
        raise Wrong(f'the receiver did not get one mail with an SPF pass: {mails}')
    tell('What the receiver got, with its own judgement on top:')
    print('\n'.join('  ' + line for line in mails[0].decode().splitlines()), flush=True)


def forge_and_withdraw(story: Story, record: str) -> None:
    tell('A forger uses the same name from another address, 127.0.0.66. The receiver answers:')
    print(paint('  ' + story.forge(), '31'), flush=True)
    tell('Why? Anyone can ask:')
    story.run('check', '--ip', '127.0.0.66', '--mail-from', 'news@customer.example', '--zone',
              'provider.zone', '--zone', 'customer.zone', expect=1)
    tell('The customer withdraws the permission. Mandate follows the DNS.')
    story.publish(record, WITHOUT)
    story.run('domain', 'verify', '4321', 'customer.example', expect=1)
    story.run(*SEND, expect=1)
    if len(story.sink.wait_for(1)) != 1:
        raise Wrong('more than the one mail was delivered')


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--mandate', type=Path, required=True)
    parser.add_argument('--once', action='store_true')
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    story = Story(options.mandate)
    try:
        story.start()
        record = ask(story)
        publish_and_send(story, record)
        forge_and_withdraw(story, record)
        tell('That is the main job.')
        if not options.once:
            print(f'The API is open at {story.env["MANDATE_URL"]} with the key '
                  f'{story.env["MANDATE_KEY"]} until Ctrl-C; docs/api.md describes it. Try:\n'
                  f'  curl -H "Authorization: Bearer {story.env["MANDATE_KEY"]}" '
                  f'{story.env["MANDATE_URL"]}/v1/accounts/4321/domains', flush=True)
            assert story.serve is not None
            story.serve.wait()
        return 0
    except Wrong as wrong:
        print(f'demo: {wrong}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        story.stop()


if __name__ == '__main__':
    sys.exit(main())
