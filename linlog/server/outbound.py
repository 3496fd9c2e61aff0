"""The one door for requests that the server makes: checked, pinned, bounded.

An address is resolved once, every answer must be public (or in a network that the operator
allowed), and the connection goes to the very address that was checked. Redirects are not
followed: they are how an allowed address leads to a forbidden one.
"""

from __future__ import annotations

import socket
import ssl
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import urllib3

from linlog.errors import ConfigError, Invalid

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

LARGEST_BYTES: Final = 64 * 1024 * 1024
TOTAL_S: Final = 30.0
_PORTS: Final = {"http": 80, "https": 443}
_REFUSED: Final = "the address cannot be fetched by this server"


def fetch(url: str, *, allow: str = "") -> bytes:
    """The bytes at a public http(s) address. Raises Invalid; never says which port was open."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), parts.hostname
    networks = read_networks(allow)
    if scheme not in _PORTS or not host or parts.username or parts.password:
        raise Invalid(_REFUSED)
    try:
        port = parts.port or _PORTS[scheme]
    except ValueError:
        raise Invalid(_REFUSED) from None
    address = _checked_address(host, port, networks)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    pool = _pool(scheme, host, str(address), port)
    header = host if port == _PORTS[scheme] else f"{host}:{port}"
    try:
        return _read(pool, path, header)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        message = f"{host} did not answer with the file"
        raise Invalid(message) from error
    finally:
        pool.close()


def read_networks(text: str) -> list[IPv4Network | IPv6Network]:
    """Networks from a comma-separated setting. Raises ConfigError."""
    try:
        return [ip_network(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError as error:
        message = f"LINLOG_FETCH_ALLOW must list networks such as 10.0.0.0/8: {error}"
        raise ConfigError(message) from None


def _checked_address(
    host: str, port: int, networks: list[IPv4Network | IPv6Network]
) -> IPv4Address | IPv6Address:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        message = f"the name {host} cannot be resolved"
        raise Invalid(message) from None
    addresses = [ip_address(entry[4][0]) for entry in found]
    for address in addresses:
        allowed = any(address in network for network in networks)
        standard = port in _PORTS.values()
        if not allowed and not (_is_public(address) and standard):
            raise Invalid(_REFUSED)
    return addresses[0]


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    plain = mapped or address
    return plain.is_global and not plain.is_multicast


def _pool(scheme: str, host: str, address: str, port: int) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(connect=5, read=10)
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, timeout=timeout, retries=False)
    return urllib3.HTTPSConnectionPool(
        address,
        port,
        timeout=timeout,
        retries=False,
        server_hostname=host,
        assert_hostname=host,
        ssl_context=ssl.create_default_context(),
    )


def _read(pool: urllib3.HTTPConnectionPool, path: str, host: str) -> bytes:
    headers = {"Host": host, "Accept": "image/*", "Accept-Encoding": "identity"}
    started, data = monotonic(), bytearray()
    answer = pool.urlopen(
        "GET", path, headers=headers, preload_content=False, redirect=False, retries=False
    )
    try:
        if answer.status != 200:
            message = f"{host} answered {answer.status}, not 200"
            raise Invalid(message)
        for chunk in answer.stream(65536, decode_content=False):
            data += chunk
            if len(data) > LARGEST_BYTES or monotonic() - started > TOTAL_S:
                message = f"{host} sent more than {LARGEST_BYTES:,} bytes or took too long"
                raise Invalid(message)
    finally:
        answer.close()
    return bytes(data)
