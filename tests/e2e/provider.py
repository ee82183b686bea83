"""The program under test: `mandate serve` with a configuration of its own, and its command line."""
import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from process import Process, wait_until

CONFIG = """[provider]
include_name = "mailer.provider.test"
pool = ["127.0.0.25/32", "127.0.1.0/28"]
helo_names = ["out.mailer.provider.test"]
default_sender = "no-reply@provider.test"
bounce_host = "bounces.provider.test"

[server]
listen = "127.0.0.1:0"

[store]
path = "mandate.db"

[dns]
resolver = "127.0.0.1:{dns_port}"
root_hints = "private.root"
authority_port = {dns_port}
timeout = "10s"

[relay]
url = "smtp://127.0.0.1:{smtp_port}"
source_address = "127.0.0.25"
tls = "never"
timeout = "20s"
"""


class Provider:
    def __init__(self, program: Path, folder: Path, dns_port: int, smtp_port: int) -> None:
        folder.mkdir()
        self.program = program
        self.folder = folder
        (folder / 'private.root').write_text('. NS ns.\nns. A 127.0.0.1\n')
        self.config = folder / 'mandate.toml'
        self.config.write_text(CONFIG.format(dns_port=dns_port, smtp_port=smtp_port))
        self.url = ''
        self.key = ''
        self.process: Process | None = None
        self.runs = 0

    def start(self) -> None:
        self.runs += 1
        log = self.folder / f'serve-{self.runs}.log'
        self.process = Process([str(self.program), 'serve', '--config', str(self.config)], log)

        def listening() -> bool:
            assert self.process is not None
            if not self.process.running():
                raise RuntimeError(f'mandate serve has ended:\n{log.read_text()}')
            found = re.search(r'http://127\.0\.0\.1:\d+', log.read_text())
            self.url = found.group(0) if found else ''
            return bool(found)
        wait_until(listening, 'mandate serve listens')
        if not self.key:
            self.key = self.new_key()

    def require_no_ownership(self) -> None:
        """From the next start on."""
        self.config.write_text(self.config.read_text() +
                               '[verification]\nownership = "off"\n')

    def new_key(self, account: str = '') -> str:
        account_option = ['--account', account] if account else []
        made = self.run('key', 'create', '--config', str(self.config), *account_option, '--json')
        return json.loads(made.stdout)['key']

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line, as a person uses it."""
        env = dict(os.environ, MANDATE_URL=self.url, MANDATE_KEY=self.key, NO_COLOR='1')
        return subprocess.run([str(self.program), *arguments], env=env, capture_output=True,
                              text=True, timeout=60, check=False)

    def call(self, method: str, path: str, body: dict | None = None,
             key: str | None = None) -> tuple[int, dict]:
        """The API, as a program uses it."""
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={'Authorization': f'Bearer {key or self.key}',
                     'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                text = response.read()
                return response.status, json.loads(text) if text else {}
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b'{}')

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
