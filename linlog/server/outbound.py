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
from typing import Final, Self
from urllib.parse import quote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.response import HTTPResponse

from linlog import limits
from linlog.errors import ConfigError, Invalid

LARGEST_BYTES: Final = limits.FILE_BYTES
WAIT_S: Final = limits.FETCH_WAIT_S
TOTAL_S: Final = limits.FETCH_S
_PORTS: Final = {"http": 80, "https": 443}
_KEPT: Final = "/?%:@!$&'()*+,;=~[]-._"
"""What stands in a path and query as it was written; the rest is percent-encoded."""
_NAT64: Final = IPv6Network("64:ff9b::/96")
_PUBLIC_IPV6: Final = IPv6Network("2000::/3")
_NEVER_PUBLIC: Final = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""What older versions of Python take for public."""
_SENT: Final = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "linlog"}
_REFUSED: Final = "the address cannot be fetched by this server"


def fetch(url: str, *, allow: str = "") -> bytes:
    """The bytes at a public http(s) address. Raises Invalid; never says which port was open."""
    networks = read_networks(allow)
    scheme, host, port, path = _parts(url)
    address = str(_checked_address(host, port, networks))
    named = f"[{host}]" if ":" in host else host
    header = named if port == _PORTS[scheme] else f"{named}:{port}"
    try:
        with _Bounded(address, port) as bounded:
            return _read(bounded, scheme, host, path, header)
    except (urllib3.exceptions.HTTPError, HTTPException, OSError) as error:
        raise _no_answer(host) from error


def _parts(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path with query. Raises Invalid where it is no plain web address."""
    try:
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        if scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
            raise Invalid(_REFUSED)
        port = _PORTS[scheme] if parts.port is None else parts.port
        host = parts.hostname.encode("idna").decode("ascii")
    except ValueError:
        raise Invalid(_REFUSED) from None
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return scheme, host, port, quote(path, safe=_KEPT)


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
    if isinstance(plain, IPv6Address) and plain not in _PUBLIC_IPV6:
        return False
    return plain.is_global and not plain.is_multicast


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to, if any."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class _Bounded:
    """A connection that ends TOTAL_S after it was begun, whatever trickles through it.

    A timeout counts every wait anew. The socket that cuts is a copy, so that it reaches the
    connection wherever TLS and the reader of answers have put the first one.
    """

    def __init__(self, address: str, port: int) -> None:
        self._end = monotonic() + TOTAL_S
        self.socket = socket.create_connection((address, port), timeout=WAIT_S)
        self._copy = self.socket.dup()
        self.is_cut = False
        self._timer = Timer(max(0.0, self._end - monotonic()), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        self._copy.close()
        self.socket.close()

    def _cut(self) -> None:
        self.is_cut = True
        with suppress(OSError):
            self._copy.shutdown(socket.SHUT_RDWR)


def _read(bounded: _Bounded, scheme: str, host: str, path: str, header: str) -> bytes:
    if scheme == "https":
        context = ssl.create_default_context()
        bounded.socket = context.wrap_socket(bounded.socket, server_hostname=host)
    connection = HTTPConnection(host, timeout=WAIT_S)
    connection.sock = bounded.socket
    headers = {**_SENT, "Host": header}
    connection.request("GET", path, headers=headers, preload_content=False)
    answer = connection.getresponse()
    try:
        data = _body(answer, host)
    finally:
        answer.close()
        connection.close()
    # An answer that was cut may look as if it had ended.
    if bounded.is_cut or not data:
        raise _no_answer(host)
    return data


def _body(answer: HTTPResponse, host: str) -> bytes:
    if answer.status != 200:
        message = f"{host} answered {answer.status}, not 200"
        raise Invalid(message)
    data = bytearray()
    for chunk in answer.stream(65536, decode_content=False):
        data += chunk
        if len(data) > LARGEST_BYTES:
            message = f"{host} sent more than {LARGEST_BYTES:,} bytes"
            raise Invalid(message)
    return bytes(data)


def _no_answer(host: str) -> Invalid:
    return Invalid(f"{host} did not answer with the file in time")
