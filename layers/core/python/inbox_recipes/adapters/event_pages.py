"""Event records as compressed pages: one Ledger item for a whole evaluated batch (decision 12)."""

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

LARGEST_PAGE = 300_000
"""Bytes, compressed: well below the 400 kB that an item may have."""


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def compressed_pages(records: Sequence[dict[str, Any]]) -> list[bytes]:
    """The records in as few pages as they fit in."""
    lines = "\n".join(map(_ENCODER.encode, records))
    data = zlib.compress(lines.encode())
    if len(data) <= LARGEST_PAGE or len(records) == 1:
        return [data]
    half = len(records) // 2
    return compressed_pages(records[:half]) + compressed_pages(records[half:])


def decompressed(page: bytes) -> Iterable[dict[str, Any]]:
    """The records of a page."""
    for line in zlib.decompress(page).decode().split("\n"):
        yield json.loads(line)
