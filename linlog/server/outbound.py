"""The one door for requests that the server makes: checked, pinned, bounded.

An address is resolved once, every answer must be public (or in a network that the operator
allowed), and the connection goes to the very address that was checked. Redirects are not
followed: they are how an allowed address leads to a forbidden one.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from http.client import HTTPException
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from threading import Timer
from time import monotonic
from typing import Final
from urllib.parse import quote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from linlog.errors import ConfigError, Invalid

LARGEST_BYTES: Final = 64 * 1024 * 1024
WAIT_S: Final = 10.0
TOTAL_S: Final = 30.0
_PORTS: Final = {"http": 80, "https": 443}
_KEPT: Final = "/?%:@!$&'()*+,;=~[]-._"
"""What stands in a path and query as it was written; the rest is percent-encoded."""
_NAT64: Final = IPv6Network("64:ff9b::/96")
_NEVER_PUBLIC: Final = tuple(map(ip_network, ("::/96", "64:ff9b:1::/48", "fec0::/10", "5f00::/16")))
_REFUSED: Final = "the address cannot be fetched by this server"


def fetch(url: str, *, allow: str = "") -> bytes:
    """The bytes at a public http(s) address. Raises Invalid; never says which port was open."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    networks = read_networks(allow)
    if scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
        raise Invalid(_REFUSED)
    try:
        port = _PORTS[scheme] if parts.port is None else parts.port
        host = parts.hostname.encode("idna").decode("ascii")
    except ValueError:
        raise Invalid(_REFUSED) from None
    address = _checked_address(host, port, networks)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    named = f"[{host}]" if ":" in host else host
    header = named if port == _PORTS[scheme] else f"{named}:{port}"
    connection = _connection(scheme, host, str(address), port)
    # A timeout counts every wait anew; this ends an answer that trickles.
    deadline = Timer(TOTAL_S, _cut, [connection])
    deadline.start()
    try:
        return _read(connection, quote(path, safe=_KEPT), header)
    except (urllib3.exceptions.HTTPError, HTTPException, OSError) as error:
        message = f"{host} did not answer with the file"
        raise Invalid(message) from error
    finally:
        deadline.cancel()
        connection.close()


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
    addresses = [ip_address(str(entry[4][0])) for entry in found]
    for address in addresses:
        allowed = any(address in network for network in networks)
        standard = port in _PORTS.values()
        if not allowed and not (_is_public(address) and standard):
            raise Invalid(_REFUSED)
    return addresses[0]


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    plain = _embedded(address) or address
    if any(plain in network for network in _NEVER_PUBLIC):
        return False
    return plain.is_global and not plain.is_multicast


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to, if any."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _connection(scheme: str, host: str, address: str, port: int) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(address, port, timeout=WAIT_S)
    return HTTPSConnection(
        address,
        port,
        timeout=WAIT_S,
        server_hostname=host,
        assert_hostname=host,
        ssl_context=ssl.create_default_context(),
    )


def _cut(connection: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _read(connection: HTTPConnection, path: str, host: str) -> bytes:
    headers = {"Host": host, "Accept": "image/*", "Accept-Encoding": "identity"}
    started, data = monotonic(), bytearray()
    connection.request("GET", path, headers=headers, preload_content=False)
    answer = connection.getresponse()
    try:
        if answer.status != 200:
            message = f"{host} answered {answer.status}, not 200"
            raise Invalid(message)
        for chunk in answer.stream(65536, decode_content=False):
            data += chunk
            if len(data) > LARGEST_BYTES:
                message = f"{host} sent more than {LARGEST_BYTES:,} bytes"
                raise Invalid(message)
    finally:
        answer.close()
    # An answer that was cut may look as if it had ended.
    if monotonic() - started > TOTAL_S:
        message = f"{host} took longer than {TOTAL_S:g} seconds"
        raise Invalid(message)
    return bytes(data)
