"""The end of a call as a whole (R14).

Time-outs of sockets begin anew with every byte: a receiver that sends one now and then holds a call for ever.
A deadline shuts the connection down when its time is over, whatever is going on in it.
"""

import socket
from contextlib import suppress
from contextvars import ContextVar
from threading import Timer
from types import TracebackType
from typing import Any, Self

from requests import Session
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Deadline:
    """Bounds all connections that are made within it. `address` is the last one's other end."""

    def __init__(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._pass)
        self._timer.daemon = True
        self._watched: list[socket.socket] = []
        self.passed = False
        self.address: str | None = None

    def __enter__(self) -> Self:
        self._token = CURRENT.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        CURRENT.reset(self._token)
        for each in self._watched:
            each.close()

    def connected(self, connection: socket.socket) -> None:
        """Watch a connection. TLS takes the socket for itself, so a second one on the same line is kept."""
        self.address = str(connection.getpeername()[0])
        self._watched.append(connection.dup())
        if self.passed:
            self._pass()

    def _pass(self) -> None:
        self.passed = True
        for each in self._watched:
            with suppress(OSError):  # it may be over already
                each.shutdown(socket.SHUT_RDWR)


CURRENT: ContextVar[Deadline] = ContextVar("deadline")


class _Watched:
    """A connection that belongs to the current deadline, and names its port where it is not the usual one."""

    port: int
    default_port: int

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        CURRENT.get().connected(made)
        return made

    def putheader(self, header: str | bytes, *values: Any) -> None:
        if header == "Host" and self.port != self.default_port:
            values = (f"{values[0]}:{self.port}",)
        super().putheader(header, *values)  # type: ignore[misc]


class _WatchedHTTP(_Watched, HTTPConnection):
    """Plain, on the local stack."""


class _WatchedHTTPS(_Watched, HTTPSConnection):
    """With TLS."""


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTP  # type: ignore[assignment]


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS  # type: ignore[assignment]


def watch(session: Session) -> None:
    """Make every connection of the session one that a deadline bounds."""
    for adapter in session.adapters.values():
        pools: Any = adapter
        pools.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
