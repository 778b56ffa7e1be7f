"""A part of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Page[T]:
    """A part of a list; `next` goes on where it ends."""

    data: Sequence[T]
    next: str | None
