"""One session of an SMTP server with STARTTLS and AUTH PLAIN, from Python's ssl module.

Arguments: certificate file, key file, the password that is right. Prints its port, serves one
connection, then prints one line: `tls` or `clear`, the user that logged in or `-`, and how many
octets of content were taken.
"""

import base64
import socket
import ssl
import sys


class Session:
    def __init__(self, connection, context, password):
        self.connection, self.context, self.password = connection, context, password
        self.pending, self.secure, self.user, self.taken = b"", False, "-", 0

    def say(self, *lines):
        self.connection.sendall(b"".join(line.encode() + b"\r\n" for line in lines))

    def until(self, end):
        while end not in self.pending:
            received = self.connection.recv(65536)
            if not received:
                raise EOFError
            self.pending += received
        taken, self.pending = self.pending.split(end, 1)
        return taken

    def hello(self):
        self.say("250-sink.test", "250 AUTH PLAIN" if self.secure else "250 STARTTLS")

    def start_tls(self):
        self.say("220 go ahead")
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.secure = True

    def log_in(self, argument):
        words = argument.split()
        if len(words) < 2:
            self.say("334 ")
            words.append(self.until(b"\r\n").decode())
        _, user, password = base64.b64decode(words[1]).decode().split("\0")
        if password == self.password:
            self.user = user
            self.say("235 welcome")
        else:
            self.say("535 5.7.8 wrong")

    def data(self):
        self.say("354 go on")
        self.taken = len(self.until(b"\r\n.\r\n")) + 2
        self.say("250 taken")

    def serve(self):
        self.say("220 sink.test ESMTP")
        while True:
            verb, _, argument = self.until(b"\r\n").decode().partition(" ")
            if verb == "EHLO":
                self.hello()
            elif verb == "STARTTLS":
                self.start_tls()
            elif verb == "AUTH":
                self.log_in(argument)
            elif verb == "DATA":
                self.data()
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")


def main():
    certificate, key, password = sys.argv[1:4]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(30)
    print(listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    connection.settimeout(30)
    session = Session(connection, context, password)
    try:
        session.serve()
    except (EOFError, OSError):
        pass  # a client that goes away is one of the things tested
    print("tls" if session.secure else "clear", session.user, session.taken)


main()
