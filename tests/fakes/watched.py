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


class Meanwhile:
    """Does something when a point is reached for the nth time: before the call, or right after it."""

    def __init__(self, point: str, do: Callable[[], object], *, nth: int = 1, when: str = "before") -> None:
        self._point, self._do, self._when = point, do, when
        self._left = nth

    def before(self, point: str) -> None:
        self._reached(point, "before")

    def after(self, point: str) -> None:
        self._reached(point, "after")

    def part(self, point: str, length: int) -> None:
        return None

    def _reached(self, point: str, when: str) -> None:
        if (point, when) == (self._point, self._when):
            self._left -= 1
            if self._left == 0:
                self._do()


class Crash(Exception):
    """The function has died: nothing of ours can catch this and go on."""


class CrashAt:
    """Dies at the nth moment of all: before a call, in the middle of it, or after it and before its answer.

    `at` tells where that was; nothing: the work was over before.
    """

    def __init__(self, nth: int) -> None:
        self._left = nth
        self.at: str | None = None

    def before(self, point: str) -> None:
        self._moment(f"before {point}")

    def after(self, point: str) -> None:
        self._moment(f"after {point}")

    def part(self, point: str, length: int) -> int | None:
        for through in range(1, length):
            self._left -= 1
            if self._left == 0:
                self.at = f"within {point}"
                return through
        return None

    def _moment(self, at: str) -> None:
        self._left -= 1
        if self._left == 0:
            self.at = at
            raise Crash(at)


IN_PARTS = ("send", "add_lines")
"""Calls that write several things one after the other, and can break in the middle."""


class _Watched:
    """Its methods are made when first asked for, and do not refer to it: no circle is left behind."""

    def __init__(self, port: Any, name: str, watch: Watch) -> None:
        self._port, self._name, self._watch = port, name, watch

    def __getattr__(self, method: str) -> Callable[..., Any]:
        call = _watched_call(
            getattr(self._port, method), f"{self._name}.{method}", self._watch, in_parts=method in IN_PARTS
        )
        self.__dict__[method] = call
        return call


def _watched_call(
    real: Callable[..., Any], point: str, watch: Watch, *, in_parts: bool
) -> Callable[..., Any]:
    before, after = watch.before, watch.after

    def call(*args: Any, **kwargs: Any) -> Any:
        before(point)
        if in_parts and isinstance(args[0], list | tuple):
            through = watch.part(point, len(args[0]))
            if through is not None:
                real(args[0][:through])
                raise Crash(f"{point} broke after {through} of {len(args[0])}")
        answer = real(*args, **kwargs)
        after(point)
        return answer

    return call


def watched[P](port: P, name: str, watch: Watch) -> P:
    """The port with the watch on every call."""
    return cast("P", _Watched(port, name, watch))
