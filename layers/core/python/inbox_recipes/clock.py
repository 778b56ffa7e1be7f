"""Times as text and back. Nothing here reads a clock: "now" is always passed in."""

from datetime import UTC, datetime


def to_utc(at: datetime) -> datetime:
    """The same moment in UTC."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: sorts as text in the order of time."""
    return to_utc(at).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_stamp(text: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.fromisoformat(text)


def to_millisecond(at: datetime) -> datetime:
    """Cut to the precision that is stored, so that a stored moment equals the one in memory."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
