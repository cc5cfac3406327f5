"""Where a message may be sent to. Pure: judges an address as it is written, and what a name was resolved to.

A registered address is a public name, over TLS, at a port for it, in the list that the deployment keeps for the client
if it keeps one. What the name leads to is judged each time before anything is sent, and that very place is connected
to: a name that leads elsewhere a moment later leads nobody there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

PORTS = frozenset({443, 8443})
FIRST_OWN_PORT = 1024
LONGEST = 2000  # characters
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
INSIDE = ("localhost", "local", "internal", "intranet", "lan", "corp", "home", "private", "home.arpa")
SPECIAL = (ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"))  # not in every Python's tables
_NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z])[a-z0-9-]{0,61}[a-z0-9]")


@dataclass(frozen=True)
class TargetRules:
    """What a deployment allows.

    `hosts`: by client, the names that it may be told at; none at all means any public name. `loopback`: this machine
    too, without TLS, for local mode and tests.
    """

    loopback: bool = False
    hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_loopback(self, url: str) -> bool:
        """Return whether an address is one of this machine and this machine is allowed."""
        return self.loopback and urlsplit(url).hostname in LOOPBACK


def fault_of(url: str, client_id: str, rules: TargetRules) -> str | None:
    """Return what speaks against an address as it is written, in a sentence; None if nothing does."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is not an address."
    if len(url) > LONGEST or any(mark in url for mark in "\\@#") or not parts.hostname:
        return "An address has a host, and neither a user nor a fragment."
    if rules.is_loopback(url):
        return _fault_of_own(parts, port)
    if parts.scheme != "https" or port not in {None, *PORTS}:
        return "An address begins with https:// and its port is 443 or 8443."
    return _fault_of_name(parts.hostname, client_id, rules)


def is_public(address: str) -> bool:
    """Return whether an IP address is of the public internet: not private, shared, local, nor one of those wrapped."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour
        if wrapped is not None:
            return is_public(str(wrapped))
        if ip.teredo is not None or ip.is_site_local:
            return False
    if any(ip in network for network in SPECIAL):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _fault_of_own(parts: SplitResult, port: int | None) -> str | None:
    if parts.scheme not in {"http", "https"} or port is None or port < FIRST_OWN_PORT:
        return "An address of this machine names its scheme and a port from 1024."
    return None


def _fault_of_name(name: str, client_id: str, rules: TargetRules) -> str | None:
    if not _NAME.fullmatch(name):
        return "The host is a public name, not a number."
    if any(name == inside or name.endswith(f".{inside}") for inside in INSIDE):
        return "The host is a public name, not one of an internal network."
    if rules.hosts and name not in rules.hosts.get(client_id, ()):
        return "The host is not one of those at which this client may be told."
    return None
