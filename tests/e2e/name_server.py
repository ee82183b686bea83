"""A private NSD that serves the zones of a test on a loopback port."""
import os
import signal
import time
from pathlib import Path

import dns_query
from process import Process, free_port, wait_until

HEAD = """$ORIGIN {zone}.
$TTL 1
@ IN SOA ns hostmaster ( {serial} 3600 600 86400 1 )
"""


class NameServer:
    """The name of the root zone is empty. `servers`: the name servers of a zone and their addresses,
    where it has more than this one."""

    def __init__(self, folder: Path, zones: dict[str, str], address: str = '127.0.0.1',
                 port: int | None = None,
                 servers: dict[str, dict[str, str]] | None = None) -> None:
        self.folder = folder
        self.zones = zones
        self.address = address
        self.servers = servers or {}
        self.serials = {zone: 0 for zone in zones}
        self.port = port or free_port()
        self.process: Process | None = None
        folder.mkdir()

    def _write(self, zone: str) -> None:
        self.serials[zone] += 1
        text = HEAD.format(zone=zone, serial=self.serials[zone])
        for name, address in self.servers.get(zone, {'ns': self.address}).items():
            text += f'@ IN NS {name}\n{name} IN A {address}\n'
        text += self.zones[zone]
        path = self.folder / f'{zone}.zone'
        path.write_text(text)
        # NSD reads a zone again only when its file is newer than before.
        newer = time.time() + self.serials[zone]
        os.utime(path, (newer, newer))

    def start(self) -> None:
        config = f"""server:
  ip-address: {self.address}@{self.port}
  username: ""
  chroot: ""
  zonesdir: "{self.folder}"
  pidfile: "{self.folder}/nsd.pid"
  xfrdfile: "{self.folder}/xfrd.state"
  xfrdir: "{self.folder}"
  zonelistfile: "{self.folder}/zone.list"
  cookie-secret-file: "{self.folder}/cookies"
  database: ""
  rrl-ratelimit: 0
  server-count: 1
remote-control:
  control-enable: no
"""
        for zone in self.zones:
            self._write(zone)
            config += f'zone:\n  name: "{zone}."\n  zonefile: "{zone}.zone"\n'
        path = self.folder / 'nsd.conf'
        path.write_text(config)
        self.process = Process(['/usr/sbin/nsd', '-d', '-c', str(path)], self.folder / 'nsd.log')
        for zone in self.zones:
            self._wait_for(zone)

    def _wait_for(self, zone: str) -> None:
        def served() -> bool:
            assert self.process is not None and self.process.running(), 'NSD has ended'
            # Not once but many times: after a reload the process before it answers a little longer.
            return all(dns_query.serial(self.port, zone, self.address) == self.serials[zone]
                       for _ in range(20))
        wait_until(served, f'NSD serves {zone or "the root"} with serial {self.serials[zone]}')

    def publish(self, zone: str, records: str) -> None:
        """Puts other records into a zone and reloads it, as its admin would."""
        self.zones[zone] = records
        self._write(zone)
        assert self.process is not None
        self.process.child.send_signal(signal.SIGHUP)
        self._wait_for(zone)

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()
