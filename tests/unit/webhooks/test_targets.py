"""Where nothing may be sent: as it is written, and as it is resolved."""

import pytest

from app.webhooks.targets import TargetRules, fault_of, is_public

LIVE = TargetRules()
LOCAL = TargetRules(loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.police.example/oocd",
        "https://hooks.police.example:443/",
        "https://hooks.police.example:8443/in?kind=oocd",
        "https://HOOKS.police.example/",
        "https://xn--bcher-kva.example/",
    ],
)
def test_public_name_over_tls_is_taken(url: str) -> None:
    """At a port for it."""
    assert fault_of(url, "police", LIVE) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.police.example/",
        "ftp://hooks.police.example/",
        "//hooks.police.example/",
        "hooks.police.example",
        "https:///path",
        "https://",
        "https://hooks.police.example:22/",
        "https://hooks.police.example:0/",
        "https://hooks.police.example:99999/",
        "https://user@hooks.police.example/",
        "https://user:word@hooks.police.example/",
        "https://hooks.police.example/#part",
        "https://hooks.police.example\\@10.0.0.1/",
        "https://localhost/",
        "https://localhost.localdomain.internal/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://8.8.8.8/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://017700000001/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://hooks..example/",
        "https://-hooks.example/",
        "https://hooks.example./",
        "https://hooks_.example/",
        "https://hooks.example/" + "x" * 2000,
    ],
)
def test_address_that_could_lead_inside_is_refused(url: str) -> None:
    """Numbers in every spelling, inner names, other schemes and ports, and what reads as two addresses."""
    assert fault_of(url, "police", LIVE) is not None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8081/", "http://localhost:8081/", "http://[::1]:8081/"])
def test_this_machine_is_for_local_mode_alone(url: str) -> None:
    """By a setting that a live service refuses."""
    assert fault_of(url, "police", LOCAL) is None
    assert fault_of(url, "police", LIVE) is not None


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://127.0.0.1:22/", "http://127.0.0.2:8081/"])
def test_this_machine_is_told_at_ports_of_ordinary_programs(url: str) -> None:
    """Not where its own services listen."""
    assert fault_of(url, "police", LOCAL) is not None


def test_client_with_a_list_is_told_there_alone() -> None:
    """And a client without one, where there are lists, is told nowhere."""
    rules = TargetRules(hosts={"police": ("hooks.police.example",)})

    assert fault_of("https://hooks.police.example/", "police", rules) is None
    assert fault_of("https://other.police.example/", "police", rules) is not None
    assert fault_of("https://hooks.police.example/", "other", rules) is not None


@pytest.mark.parametrize("address", ["8.8.8.8", "51.140.1.1", "2a00:1450:4009:80b::200e", "::ffff:8.8.8.8"])
def test_address_of_the_internet_is_public(address: str) -> None:
    """Of either kind, and one within the other."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.8.9.1", "169.254.169.254", "172.16.0.1", "192.0.0.8",  # noqa: S104
        "192.168.1.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
        "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "fc00::1", "fd00:ec2::254",
        "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_address_of_no_stranger_is_not_public(address: str) -> None:
    """Private, shared, local, of groups, reserved, for documents, and such addresses wrapped in others."""
    assert not is_public(address)
