"""Where a request comes from: its peer, or what a proxy that the operator trusts says of it."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from linlog.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

Network = IPv4Network | IPv6Network


def read_networks(text: str) -> list[Network]:
    """The networks of the proxies that are trusted. Raises ConfigError."""
    try:
        return [ip_network(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError as error:
        message = f"LINLOG_TRUSTED_PROXIES must list networks such as 10.0.0.1/32: {error}"
        raise ConfigError(message) from None


def of(request: Request, trusted: Sequence[Network]) -> str:
    """The address of the client. X-Forwarded-For is read from its end, as far as it is trusted."""
    source = request.client.host if request.client else ""
    said = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    while said and _is_in(source, trusted):
        entry = said.pop().strip()
        if not _is_address(entry):
            break
        source = entry
    return source


def _is_in(source: str, networks: Sequence[Network]) -> bool:
    return _is_address(source) and any(ip_address(source) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
