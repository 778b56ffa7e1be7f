"""Event records as compressed pages: one Ledger item for a whole evaluated batch (decision 12).

A page is lines of JSON, one a record, as zlib compresses them.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

LARGEST_PAGE = 300_000
"""Bytes, compressed: well below the 400 kB that an item may have."""

LEVEL = 3
"""Of compression: half the time of the usual level, and pages a twelfth larger (docs/performance.md)."""


def compressed_pages(records: Sequence[str]) -> list[bytes]:
    """The records, each a line of JSON, in as few pages as they fit in."""
    data = zlib.compress("\n".join(records).encode(), LEVEL)
    if len(data) <= LARGEST_PAGE or len(records) == 1:
        return [data]
    half = len(records) // 2
    return compressed_pages(records[:half]) + compressed_pages(records[half:])


def decompressed(page: bytes) -> Iterable[dict[str, Any]]:
    """The records of a page."""
    for line in zlib.decompress(page).decode().split("\n"):
        yield json.loads(line)
