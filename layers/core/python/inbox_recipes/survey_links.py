"""Links to surveys: a token that leads to one survey until it is over, and tells nobody anything. Pure.

It holds when the survey ends and the survey's id, which is a hash, and is signed with a key of the stack.
Whoever has it may answer that survey, and nothing else: see decision 0037.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime

from inbox_recipes.feedback import Survey

PREFIX = "sur_"
TIME, ID, SEAL = 5, 12, 16
"""Bytes of the parts: seconds since 1970, the id, the signature."""
CONTEXT = b"inbox-recipes survey link 1"


def token(survey: Survey, key: bytes) -> str:
    """The token that leads to the survey: the same whenever it is made with that key."""
    ends = int(survey.until.timestamp()).to_bytes(TIME)
    body = ends + bytes.fromhex(survey.id.removeprefix(PREFIX))
    return urlsafe_b64encode(body + _seal(body, key)).decode()


def survey_of(given: str, keys: Iterable[bytes], now: datetime) -> str | None:
    """The id of the survey that a token leads to; nothing for one that is forged, spoilt or over."""
    try:
        whole = urlsafe_b64decode(given.encode("ascii"))
    except ValueError:
        return None
    body, seal = whole[: TIME + ID], whole[TIME + ID :]
    right = [hmac.compare_digest(_seal(body, key), seal) for key in keys]
    if not any(right) or int.from_bytes(body[:TIME]) <= now.timestamp():
        return None
    return PREFIX + body[TIME:].hex()


def _seal(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, CONTEXT + body, "sha256")[:SEAL]
