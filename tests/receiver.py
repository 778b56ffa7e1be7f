"""A receiver of webhooks on loopback that behaves as its path says, well or badly.

`/status/503` answers so, `/redirect/10.0.0.1` sends elsewhere, `/flaky/2` fails twice and then works; the
others are named after what they do. What came in is in `got`.
"""

import gzip
import socket
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Got:
    """One request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """A running receiver. `url` has no path yet; `headers` are added to every answer."""

    url: str
    got: list[Got] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    headers: dict[str, str] = field(default_factory=dict)
    stopped: bool = False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def handle_error(self, *_: Any) -> None:
        """Nothing: callers hang up, and are meant to."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _answer(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        receiver.got.append(Got(self.command, self.path, headers, body))
        receiver.calls[self.path] += 1
        _, what, *rest = self.path.split("?")[0].split("/")
        how = getattr(self, f"_{what}", None)
        with suppress(OSError):
            if how is None:
                self._send(204)
            else:
                how(*rest)

    do_GET = _answer  # noqa: N815 - http.server looks for these names
    do_POST = _answer  # noqa: N815

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {**self.server.receiver.headers, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _status(self, status: str, *_: str) -> None:
        self._send(int(status), f"this is a {status}".encode())

    def _flaky(self, failures: str, *_: str) -> None:
        self._send(503 if self.server.receiver.calls[self.path] <= int(failures) else 204)

    def _redirect(self, host: str) -> None:
        self._send(302, location=f"http://{host}/")

    def _stall(self) -> None:
        """Takes the request and never says a word."""
        self._wait(60)

    def _slow(self) -> None:
        """Sends its headers byte by byte, so that no single read takes long."""
        for letter in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 600:
            self.wfile.write(bytes([letter]))
            self._wait(0.2)

    def _drip(self) -> None:
        """A 200 whose body comes a byte at a time."""
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"x")
            self._wait(0.2)

    def _endless(self) -> None:
        """A 200 whose body never ends."""
        self.send_response(200)
        self.end_headers()
        while not self.server.receiver.stopped:
            self.wfile.write(b"x" * 65536)

    def _bomb(self) -> None:
        """A small body that unpacks to 64 megabytes."""
        self._send(200, _BOMB, content_encoding="gzip")

    def _gzipped(self) -> None:
        self._send(200, gzip.compress("déjà reçu".encode()), content_encoding="gzip")

    def _headers(self) -> None:
        """Ten thousand headers."""
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: y\r\n" % n for n in range(10_000)) + b"\r\n"
        )

    def _long(self) -> None:
        """One header of ten megabytes."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 10_000_000 + b"\r\n\r\n")

    def _continues(self) -> None:
        """100 Continue, for ever."""
        while not self.server.receiver.stopped:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._wait(0.01)

    def _hangup(self) -> None:
        """Closes the line in the middle of an answer."""
        self.wfile.write(b"HTTP/1.1 2")
        self.connection.shutdown(socket.SHUT_RDWR)

    def _nonsense(self) -> None:
        self.wfile.write(b"\x00\xff not http at all\r\n\r\n")

    def _echo(self) -> None:
        self._send(200, self.server.receiver.got[-1].body.encode(), content_type="text/plain")

    def _mirror(self, *_: str) -> None:
        """A 404 that repeats what it was asked for, and with what."""
        said = f"no {self.path}, {self.headers.get('authorization')}. " * 60
        self._send(404, said.encode(), x_asked=self.path)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.server.receiver.stopped:
            time.sleep(0.02)

    def log_message(self, *_: Any) -> None:
        """Nothing: the tests say what matters."""


def _made_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(64)) + packer.flush()


_BOMB = _made_bomb()


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver on a free port, until the end of the block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.receiver = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.receiver
    finally:
        server.receiver.stopped = True
        server.shutdown()
        server.server_close()
        thread.join()
