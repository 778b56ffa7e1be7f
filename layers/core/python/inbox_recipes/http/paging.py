"""Lists in pages: `limit`, and an opaque `cursor` that only the list which gave it understands."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any

from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.ports import Page

DEFAULT_LIMIT = 20
MOST = 100
LONGEST_KEY = 1024
"""Bytes of a sort key, which is as long as DynamoDB takes one; no list goes on after a longer one."""
PADDING = b"=="
"""Left out of cursors, which travel in URLs; too much of it is ignored."""


def listing[T](
    request: Request,
    fetch: Callable[[int, str | None], Page[T]],
    show: Callable[[T], dict[str, Any]],
    *selection: str,
) -> Answer:
    """The page that the request asks for. `selection` is what else chooses the list's entries."""
    of = [request.event["path"], *selection]
    page = fetch(_limit(request), _cursor(request, of))
    data = [show(each) for each in page.data]
    following = _encoded([*of, page.next]) if page.next is not None else None
    return Answer({"count": len(data), "data": data, "paging": {"next": following}})


def part_of[T](entries: Sequence[T], name: Callable[[T], str], limit: int, cursor: str | None) -> Page[T]:
    """A page of a list that is read whole: what comes after the entry that the cursor names."""
    names = [name(entry) for entry in entries]
    if cursor is not None and cursor not in names:
        raise _refused("cursor", "The entry where the last page ended is gone: start the list again.")
    start = names.index(cursor) + 1 if cursor is not None else 0
    page = entries[start : start + limit]
    return Page(page, name(page[-1]) if start + limit < len(entries) else None)


def _limit(request: Request) -> int:
    text = request.query.get("limit", [str(DEFAULT_LIMIT)])[-1]
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST):
        raise _refused("limit", f"A page has 1 to {MOST} entries; {text!r} is none of these.")
    return int(text)


def _cursor(request: Request, of: Sequence[str]) -> str | None:
    given = request.query.get("cursor")
    if given is None:
        return None
    detail = "This cursor is not one of this list: use `paging.next` of the page before, unchanged."
    try:
        *chosen, following = json.loads(urlsafe_b64decode(given[-1].encode() + PADDING))
        size = len(following.encode())
    except (ValueError, TypeError, AttributeError) as error:
        raise _refused("cursor", detail) from error
    if chosen != list(of) or not 0 < size <= LONGEST_KEY:
        raise _refused("cursor", detail)
    return str(following)


def _encoded(parts: Sequence[str]) -> str:
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _refused(parameter: str, detail: str) -> InvalidInput:
    return InvalidInput([Problem(f"?{parameter}", detail)])
