"""Reads composed messages with Python's email package, a reader that is not ours.

The file named by the first argument holds messages, each behind a line with its size in octets.
For each, a line of fields comes out, in hex and with a hyphen for none:
subject, from name, from address, to address, text, html, number of defects, number of From fields.
"""

import email
import email.header
import email.policy
import email.utils
import sys


def hexed(value):
    return "-" if value is None else "x" + value.encode("utf-8").hex()


def body(message, subtype):
    part = message.get_body(preferencelist=(subtype,))
    return None if part is None else part.get_content()


def author_name(octets):
    """By the older of the package's two readers: the newer one of Python 3.11 leaves the white
    space between two encoded words of a display name, against RFC 2047 section 6.2."""
    value = email.message_from_bytes(octets, policy=email.policy.compat32)["from"]
    name, _ = email.utils.parseaddr(value.replace("\r\n", ""))
    return str(email.header.make_header(email.header.decode_header(name)))


def fields(octets):
    message = email.message_from_bytes(octets, policy=email.policy.default)
    defects = sum(len(part.defects) for part in message.walk())
    defects += sum(len(value.defects) for value in message.values() if hasattr(value, "defects"))
    author = message["from"].addresses[0]
    return [
        hexed(str(message["subject"])),
        hexed(author_name(octets)),
        hexed(author.addr_spec),
        hexed(message["to"].addresses[0].addr_spec),
        hexed(body(message, "plain")),
        hexed(body(message, "html")),
        str(defects),
        str(len(message.get_all("from")) + len(message["from"].addresses) - 1),
    ]


def main():
    with open(sys.argv[1], "rb") as source:
        while size := source.readline():
            print(" ".join(fields(source.read(int(size)))))


main()
