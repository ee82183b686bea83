"""A name server that does not answer as it should."""
import socket
import struct
import threading

SERVFAIL = 2


class Liar:
    """Answers every UDP question wrongly, in a way that can be changed; over TCP nobody is there."""

    def __init__(self, address: str, port: int) -> None:
        self.lie = 'servfail'
        self.asked = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.thread = threading.Thread(target=self._serve)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b'', self.socket.getsockname())
        self.thread.join()
        self.socket.close()

    def _serve(self) -> None:
        while True:
            query, client = self.socket.recvfrom(65535)
            if not query:
                return
            self.asked += 1
            reply = getattr(self, '_' + self.lie)(query)
            if reply:
                self.socket.sendto(reply, client)

    @staticmethod
    def _reply(query: bytes, flags: int, question: bytes, answers: bytes = b'') -> bytes:
        """One question, and one answer where there are octets of it."""
        return query[:2] + struct.pack('!5H', flags, 1, 1 if answers else 0, 0, 0) + question + answers

    @staticmethod
    def _question(query: bytes) -> bytes:
        end = query.index(b'\0', 12) + 5
        return query[12:end]

    def _servfail(self, query: bytes) -> bytes:
        return self._reply(query, 0x8400 | SERVFAIL, self._question(query))

    def _truncated(self, query: bytes) -> bytes:
        return self._reply(query, 0x8600, self._question(query))

    def _garbage(self, query: bytes) -> bytes:
        return query[:2] + b'\x84\x00\xff\xff\xff\xff\xc0\x0c' * 8

    def _othercase(self, query: bytes) -> bytes:
        """A permission, under the name asked for in another case: a guess, not an answer."""
        question = self._question(query)
        record = b'v=spf1 +all'
        data = bytes([len(record)]) + record
        answer = b'\xc0\x0c' + struct.pack('!2HIH', 16, 1, 300, len(data)) + data
        return self._reply(query, 0x8400, question.swapcase(), answer)

    def _silence(self, _query: bytes) -> bytes:
        return b''
