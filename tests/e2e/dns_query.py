"""The least DNS client: one UDP question, to see whether a name server serves what it should."""
import socket
import struct

SOA, TXT = 6, 16


def _skip_name(message: bytes, at: int) -> int:
    while message[at] != 0:
        if message[at] >= 0xC0:
            return at + 2
        at += message[at] + 1
    return at + 1


def ask(port: int, name: str, rtype: int, timeout: float = 1.0,
        address: str = '127.0.0.1') -> list[bytes] | None:
    """The data of the answers, or None when no usable answer came in time."""
    labels = b''.join(bytes([len(label)]) + label.encode() for label in name.split('.') if label)
    query = struct.pack('!6H', 4321, 0, 1, 0, 0, 0) + labels + b'\0' + struct.pack('!2H', rtype, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(timeout)
        try:
            client.connect((address, port))
            client.send(query)
            answer = client.recv(65535)
        except OSError:
            return None
    if len(answer) < 12 or answer[:2] != query[:2] or answer[3] & 15 not in (0, 3):
        return None
    count = struct.unpack('!H', answer[6:8])[0]
    at = _skip_name(answer, 12) + 4
    data = []
    for _ in range(count):
        at = _skip_name(answer, at)
        length = struct.unpack('!H', answer[at + 8:at + 10])[0]
        data.append(answer[at + 10:at + 10 + length])
        at += 10 + length
    return data


def serial(port: int, zone: str, address: str = '127.0.0.1') -> int | None:
    """The serial of the zone's SOA record, or None."""
    answers = ask(port, zone, SOA, address=address)
    if not answers:
        return None
    data = answers[0]
    return struct.unpack('!I', data[-20:-16])[0]
