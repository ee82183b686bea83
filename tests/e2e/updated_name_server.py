"""A private Knot DNS that takes dynamic updates (RFC 2136) on a loopback port."""
import subprocess
from pathlib import Path

import dns_query
from process import Process, free_port, wait_until

HEAD = """$ORIGIN {zone}.
$TTL 300
@ IN SOA ns hostmaster 1 3600 600 86400 60
@ IN NS ns
ns IN A 127.0.0.1
"""


class UpdatedNameServer:
    def __init__(self, folder: Path, zones: dict[str, str]) -> None:
        self.folder = folder
        self.zones = zones
        self.port = free_port()
        self.process: Process | None = None
        folder.mkdir()

    def start(self) -> None:
        config = f"""server:
    listen: 127.0.0.1@{self.port}
    rundir: "{self.folder}"
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: info
database:
    storage: "{self.folder}/db"
acl:
  - id: local
    address: 127.0.0.1
    action: update
template:
  - id: default
    storage: "{self.folder}"
    file: "%s.zone"
    zonefile-sync: -1
    journal-content: none
    acl: local
zone:
"""
        for zone, records in self.zones.items():
            (self.folder / f'{zone}.zone').write_text(HEAD.format(zone=zone) + records)
            config += f'  - domain: {zone}\n'
        path = self.folder / 'knot.conf'
        path.write_text(config)
        self.process = Process(['/usr/sbin/knotd', '-c', str(path)], self.folder / 'knot.log')
        for zone in self.zones:
            self._wait_for(zone)

    def _wait_for(self, zone: str) -> None:
        def served() -> bool:
            assert self.process is not None and self.process.running(), 'Knot has ended'
            return dns_query.serial(self.port, zone) is not None
        wait_until(served, f'Knot serves {zone}')

    def update(self, script: str) -> tuple[bool, str]:
        """Whether nsupdate carried the script out, and what it said."""
        done = subprocess.run(['nsupdate'], input=f'server 127.0.0.1 {self.port}\n{script}',
                              capture_output=True, text=True, timeout=30)
        return done.returncode == 0, done.stdout + done.stderr

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()
