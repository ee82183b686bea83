"""Runs Debian's SPF policy daemon, unmodified, with its DNS pointed at a test's name server.

    spf_judge.py PORT CONFIG
"""
import runpy
import sys

import dns.resolver

resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers = ['127.0.0.1']
resolver.port = int(sys.argv[1])
dns.resolver.default_resolver = resolver

sys.argv = ['policyd-spf', sys.argv[2]]
runpy.run_path('/usr/bin/policyd-spf', run_name='__main__')
