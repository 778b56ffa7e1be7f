"""What the lines of the sample's page have in common: their width, how a mention is named on one. Pure."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

WIDTH = 120


def opening(mention: Json, length: int) -> str:
    """The first words of a mention, on one line."""
    return short(" ".join(mention["message"]["content"].split()), length)


def author_name(mention: Json) -> str:
    author = mention["author"]
    return str(author.get("fullname") or author.get("name") or author["id"])


def short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
