"""A private Postfix as the receiving MX, with an SPF judge that is not ours.

Everything of it is in the test's own folder: configuration, queue, data, log and mailboxes.
"""
import email
import email.message
import email.policy
import pwd
import shutil
import subprocess
from pathlib import Path

from process import accepts, free_port, wait_until

MAIN = """compatibility_level = 3.6
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mx.receiver.test
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = receiver.test
virtual_mailbox_maps = inline:{{ {{ reader@receiver.test = reader/ }} }}
virtual_mailbox_base = {folder}/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_recipient_restrictions = reject_unauth_destination{judge}
"""

MASTER = """127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
judge unix - n n - 0 spawn
  user=nobody argv=/usr/bin/python3 {folder}/spf_judge.py {dns_port} {folder}/policyd-spf.conf
"""

JUDGE = """debugLevel = 1
TestOnly = 1
HELO_reject = Fail
Mail_From_reject = Fail
PermError_reject = True
TempError_Defer = True
skip_addresses = 198.51.100.1
Header_Type = SPF
"""


class MailServer:
    def __init__(self, folder: Path, dns_port: int, judged: bool = True) -> None:
        self.folder = folder
        self.port = free_port()
        nobody = pwd.getpwnam('nobody')
        folder.mkdir()
        (folder / 'conf').mkdir()
        for part in ('queue', 'mail', 'data'):
            (folder / part).mkdir()
        shutil.chown(folder / 'mail', nobody.pw_uid, nobody.pw_gid)
        shutil.chown(folder / 'data', 'postfix')
        judge = ', check_policy_service unix:private/judge' if judged else ''
        (folder / 'conf' / 'main.cf').write_text(
            MAIN.format(folder=folder, uid=nobody.pw_uid, gid=nobody.pw_gid, judge=judge))
        (folder / 'conf' / 'master.cf').write_text(
            MASTER.format(folder=folder, port=self.port, dns_port=dns_port))
        (folder / 'policyd-spf.conf').write_text(JUDGE)
        shutil.copy(Path(__file__).parent / 'spf_judge.py', folder)

    def _postfix(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(['/usr/sbin/postfix', '-c', str(self.folder / 'conf'), command],
                              capture_output=True, text=True, timeout=60, check=False)

    def start(self) -> None:
        started = self._postfix('start')
        if started.returncode != 0:
            raise RuntimeError(f'Postfix does not start: {started.stdout}{started.stderr}')
        wait_until(lambda: accepts(self.port), 'Postfix listens')

    def stop(self) -> None:
        if self._postfix('status').returncode == 0:
            self._postfix('stop')
            wait_until(lambda: self._postfix('status').returncode != 0, 'Postfix ends')

    def mails(self) -> list[email.message.EmailMessage]:
        """What has been delivered to the reader's mailbox, the oldest first."""
        new = self.folder / 'mail' / 'reader' / 'new'
        files = sorted(new.iterdir(), key=lambda f: f.stat().st_mtime) if new.is_dir() else []
        return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default)
                for f in files]
