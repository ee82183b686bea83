"""A small receiving mail server that asks a judge before it takes a recipient."""
import socketserver
import threading
from collections.abc import Callable

Judge = Callable[[str, str, str], tuple[bool, str]]  # address, MAIL FROM, HELO → accept, field


class _Session(socketserver.StreamRequestHandler):
    server: 'Sink'
    timeout = 30

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b'\r\n')

    def _read_data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline(2000)) not in (b'.\r\n', b''):
            lines.append(line[1:] if line.startswith(b'.') else line)
        return b''.join(lines)

    def handle(self) -> None:
        self._say('220 mx.receiver.example')
        helo = sender = field = ''
        while line := self.rfile.readline(2000):
            words = line.decode('latin-1').strip()
            verb = words.upper()
            if verb.startswith(('EHLO ', 'HELO ')):
                helo = words[5:]
                self._say('250 mx.receiver.example')
            elif verb.startswith('MAIL FROM:'):
                sender = words[10:].split('>')[0].strip(' <')
                self._say('250 2.1.0 Ok')
            elif verb.startswith('RCPT TO:'):
                accepted, field = self.server.judge(self.client_address[0], sender, helo)
                self._say('250 2.1.5 Ok' if accepted else f'550 5.7.23 SPF: {field}')
            elif verb == 'DATA':
                self._say('354 End data with <CR><LF>.<CR><LF>')
                content = f'Received-SPF: {field}\r\n'.encode() + self._read_data()
                self._say('250 2.0.0 Ok')
                self.server.take(content)
            elif verb == 'QUIT':
                self._say('221 2.0.0 Bye')
                return
            else:
                self._say('250 2.0.0 Ok' if verb in ('RSET', 'NOOP') else '502 5.5.2 Not here')


class Sink(socketserver.ThreadingTCPServer):
    """Listens on a loopback port from its making; `close` ends it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, judge: Judge) -> None:
        super().__init__(('127.0.0.1', 0), _Session)
        self.judge = judge
        self.port = self.server_address[1]
        self._mails: list[bytes] = []
        self._arrived = threading.Condition()
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)
        self._thread.start()

    def take(self, content: bytes) -> None:
        with self._arrived:
            self._mails.append(content)
            self._arrived.notify_all()

    def wait_for(self, count: int, seconds: float = 20) -> list[bytes]:
        """What has arrived, once it is that many or the time is over."""
        with self._arrived:
            self._arrived.wait_for(lambda: len(self._mails) >= count, seconds)
            return list(self._mails)

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
