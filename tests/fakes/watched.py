"""Ports whose every call is a point where something can go wrong."""

from collections.abc import Callable
from typing import Any, Protocol, cast


class Watch(Protocol):
    """Is told of every call. What it raises is what the caller sees."""

    def before(self, point: str) -> None:
        """The call is about to be made."""

    def after(self, point: str) -> None:
        """The call has been made; its answer is not yet there."""

    def part(self, point: str, length: int) -> int | None:
        """How many of the messages or lines get through before the call breaks; nothing: all of them."""


class _Watched:
    """Calls that write several things one after the other can break in the middle."""

    in_parts = ("send", "add_lines")

    def __init__(self, port: Any, name: str, watch: Watch) -> None:
        self._port, self._name, self._watch = port, name, watch

    def __getattr__(self, method: str) -> Callable[..., Any]:
        real = getattr(self._port, method)
        point = f"{self._name}.{method}"

        def call(*args: Any, **kwargs: Any) -> Any:
            self._watch.before(point)
            if method in self.in_parts and isinstance(args[0], list | tuple):
                through = self._watch.part(point, len(args[0]))
                if through is not None:
                    real(args[0][:through])
                    raise ConnectionError(f"{point} broke after {through} of {len(args[0])}")
            answer = real(*args, **kwargs)
            self._watch.after(point)
            return answer

        return call


def watched[P](port: P, name: str, watch: Watch) -> P:
    """The port with the watch on every call."""
    return cast("P", _Watched(port, name, watch))
