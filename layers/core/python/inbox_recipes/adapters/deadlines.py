"""The end of a call as a whole (R14).

Time-outs of sockets begin anew with every byte: a receiver that sends one now and then holds a call for ever.
A deadline shuts the connection down when its time is over, whatever is going on in it. While a name is looked
up there is no connection to shut, and nothing that could be interrupted: that is left behind.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar, copy_context
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from types import TracebackType
from typing import Any, Self

from requests import Session
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

ENDING_SECONDS = 0.5
"""What a call has to come to its end after its connection was shut down."""


class Deadline:
    """Bounds all connections that are made within it. `address` is the last one's other end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
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

    def run[T](self, call: Callable[[], T]) -> T:
        """What the call gives or raises. Raises TimeoutError when it does not even end without a connection.

        What is left behind then can do no harm: the deadline has passed, so that a connection that it makes
        later is shut before a byte is sent.
        """
        ended: SimpleQueue[Callable[[], T]] = SimpleQueue()

        def work() -> None:
            try:
                given = call()
            except BaseException as error:  # noqa: BLE001 - raised again where the call was asked for
                ended.put(_raising(error))
            else:
                ended.put(lambda: given)

        Thread(target=copy_context().run, args=(work,), daemon=True).start()
        try:
            end = ended.get(timeout=self._seconds + ENDING_SECONDS)
        except Empty:
            self._pass()
            raise TimeoutError from None
        return end()

    def connected(self, connection: socket.socket) -> None:
        """Watch a connection. TLS takes the socket for itself, so a second one on the same line is kept."""
        if self.passed:
            connection.shutdown(socket.SHUT_RDWR)
            return
        self.address = str(connection.getpeername()[0])
        self._watched.append(connection.dup())
        if self.passed:  # in just this moment
            self._pass()

    def _pass(self) -> None:
        self.passed = True
        for each in self._watched:
            with suppress(OSError):  # it may be over already
                each.shutdown(socket.SHUT_RDWR)


def _raising(error: BaseException) -> Callable[[], Any]:
    def again() -> Any:
        raise error

    return again


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
