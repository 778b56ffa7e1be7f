"""What differs between two versions of something, place by place. Pure."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from inbox_recipes.inbox import Frozen


class Difference(Frozen):
    """A place (JSON pointer), what was there and what is there now; null for nothing."""

    pointer: str
    before: Any
    after: Any


def differences(before: Any, after: Any, pointer: str = "") -> Iterator[Difference]:
    """Every smallest place where two JSON values differ. Lists are compared place by place."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            place = key.replace("~", "~0").replace("/", "~1")
            yield from differences(before.get(key), after.get(key), f"{pointer}/{place}")
    elif isinstance(before, list) and isinstance(after, list):
        for index, (old, new) in enumerate(zip_longest(before, after)):
            yield from differences(old, new, f"{pointer}/{index}")
    elif before != after or type(before) is not type(after):
        yield Difference(pointer=pointer, before=before, after=after)
