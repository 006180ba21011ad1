"""Where a request comes from: what our own proxies wrote, and never what the sender did."""

import pytest
from django.test import RequestFactory

from instainstru.core.client import UNKNOWN, address_of

LIAR, VISITOR, PROXY = "198.51.100.66", "203.0.113.9", "10.0.0.2"


def came(forwarded=None, peer=PROXY):
    """A request from a peer, with what stands in X-Forwarded-For."""
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, PROXY),
        (0, LIAR, PROXY),
        (1, VISITOR, VISITOR),
        (1, f"{LIAR}, {VISITOR}", VISITOR),
        (1, f"{LIAR},{LIAR},{VISITOR}", VISITOR),
        (2, f"{LIAR}, {VISITOR}, {PROXY}", VISITOR),
        (2, VISITOR, PROXY),  # one of the proxies was gone around
        (1, None, PROXY),
        (1, "", PROXY),
        (1, "nonsense", PROXY),
        (1, f"{VISITOR}, ' OR 1=1", PROXY),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "2001:0DB8:0::1", "2001:db8::1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    assert address_of(came(forwarded)) == address


@pytest.mark.parametrize("peer", ["", "unix:", "localhost"])
def test_a_peer_without_an_address_is_nobody(settings, peer):
    settings.TRUSTED_PROXIES = 0
    assert address_of(came(peer=peer)) == UNKNOWN
