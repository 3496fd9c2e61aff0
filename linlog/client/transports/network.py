"""Requests over the network, through urllib3: kept connections, timeouts, proxies, a size limit."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from linlog import errors, limits
from linlog.client.transports import _deadlines
from linlog.client.transports._protocol import Request, Response

LARGEST_RESPONSE: Final = limits.RESPONSE_BYTES
"""Bytes that an answer may have; more is refused while it is read."""
_SOCKET: Final = "linlog_socket"
"""The name by which an answer holds what it comes through."""
CONNECTIONS: Final = 8
CONNECT_TIMEOUT_S: Final = 10.0
_CHUNK: Final = 256 * 1024
"""Bytes that must come within a request's timeout, on average."""


class NetworkTransport:
    """Sends over HTTP and HTTPS; certificates are always checked."""

    def __init__(self, *, largest_response: int = LARGEST_RESPONSE) -> None:
        self._largest_response = largest_response
        self._lock = threading.Lock()
        self._pools: dict[str, urllib3.PoolManager] = {}
        self._process = os.getpid()

    def send(self, request: Request) -> Response:
        """Send one request and wait for its response."""
        where = _origin(request.url)
        timeout = urllib3.Timeout(
            connect=min(CONNECT_TIMEOUT_S, request.timeout_s), read=request.timeout_s
        )
        try:
            answer = self._pool(request.url).request(
                request.method,
                request.url,
                body=request.body or None,
                headers=dict(request.headers),
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            body = self._read(answer, request.timeout_s)
        except urllib3.exceptions.NewConnectionError as error:
            # It is a kind of TimeoutError there, even where the connection was refused at once.
            raise errors.ConnectionLost(f"cannot reach {where}: {_reason(error)}") from None
        except urllib3.exceptions.TimeoutError:
            raise errors.Timeout(
                f"{where} did not answer within {request.timeout_s:g} seconds"
            ) from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise errors.ConnectionLost(f"cannot reach {where}: {_reason(error)}") from None
        return Response(
            answer.status, {key.lower(): value for key, value in answer.headers.items()}, body
        )

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.clear()

    def _read(self, answer: urllib3.BaseHTTPResponse, timeout_s: float) -> bytes:
        """The whole body, so that the connection can be used again."""
        connected = getattr(answer, _SOCKET, None)
        if connected is None:
            return self._parts(answer)
        with _deadlines.within(connected, timeout_s) as watch:
            try:
                return self._parts(answer, watch, timeout_s)
            finally:
                # An answer that was cut may look as if it had ended.
                if watch.is_cut:
                    answer.close()
                    message = f"the answer trickled in for more than {timeout_s:g} seconds"
                    raise errors.Timeout(f"{message}; not read further")

    def _parts(
        self,
        answer: urllib3.BaseHTTPResponse,
        watch: _deadlines.Watch | None = None,
        timeout_s: float = 0.0,
    ) -> bytes:
        parts, size = [], 0
        began = watch.end if watch is not None else 0.0
        for part in answer.stream(_CHUNK):
            size += len(part)
            if watch is not None:
                watch.end = began + timeout_s * size / _CHUNK
            if size > self._largest_response:
                answer.close()
                raise errors.TransportError(
                    f"the answer is larger than {self._largest_response:,} bytes; not read further"
                )
            parts.append(part)
        answer.release_conn()
        return b"".join(parts)

    def _pool(self, url: str) -> urllib3.PoolManager:
        origin = _origin(url)
        if self._process != os.getpid():
            # A forked child shares neither sockets nor a lock that its parent may have held.
            self._lock, self._pools, self._process = threading.Lock(), {}, os.getpid()
        with self._lock:
            if origin not in self._pools:
                self._pools[origin] = _new_pool(url)
            return self._pools[origin]


class _Plain(HTTPConnection):
    """A connection whose answer must have begun in time, however it trickles."""

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        """The head of the answer."""
        return _in_time(self, super().getresponse)


class _Encrypted(HTTPSConnection):
    """The same with TLS."""

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        """The head of the answer."""
        return _in_time(self, super().getresponse)


def _in_time(
    connection: HTTPConnection, read: Callable[[], urllib3.HTTPResponse]
) -> urllib3.HTTPResponse:
    seconds = connection.timeout
    if not isinstance(seconds, (int, float)) or connection.sock is None:
        return read()
    connected = connection.sock
    with _deadlines.within(connected, seconds) as watch:
        try:
            answer = read()
        except (OSError, HTTPException, urllib3.exceptions.HTTPError):
            if watch.is_cut:
                raise TimeoutError from None
            raise
    # A head that was cut may look as if it had ended.
    if watch.is_cut:
        answer.close()
        raise TimeoutError
    # An answer without a length has taken it from the connection.
    setattr(answer, _SOCKET, connected)
    return answer


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


_POOLS: Final = {"http": _PlainPool, "https": _EncryptedPool}


def _new_pool(url: str) -> urllib3.PoolManager:
    proxy = _proxy(url)
    made = urllib3.PoolManager(maxsize=CONNECTIONS)
    if proxy is not None:
        made = urllib3.ProxyManager(proxy, maxsize=CONNECTIONS)
    made.pool_classes_by_scheme = _POOLS
    return made


def _proxy(url: str) -> str | None:
    """The proxy that the system names for this address, if any."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in {"localhost", "::1"} or host.startswith("127.") or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _reason(error: Exception) -> str:
    """The innermost reason in a few words: urllib3 wraps the system's own."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        inner = cause.args[1] if len(cause.args) > 1 else None
        if isinstance(inner, Exception):
            return str(inner) or type(inner).__name__
        cause = cause.__cause__ or cause.__context__
    return str(error).rsplit(": ", maxsplit=1)[-1] or type(error).__name__
