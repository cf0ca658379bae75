"""What the environment asks for and cannot be had is said in a sentence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from greenhouse.run import startup


def test_networks_are_read_and_what_is_none_is_named() -> None:
    assert [str(one) for one in startup.networks(["192.168.1.7/24", " ", "::1"])] == ["192.168.1.0/24", "::1/128"]
    with pytest.raises(ImproperlyConfigured, match=r"OUTGOING_ALLOWED_NETWORKS: 'home'"):
        startup.networks(["home"])
