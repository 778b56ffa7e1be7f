"""What is read of an answer, and what is kept of it: never more than a little, whatever is sent (R14)."""

import json
import re
import zlib
from collections.abc import Iterable
from html import escape
from http.client import HTTPException
from urllib.parse import quote, unquote

from requests import Response as Answered
from urllib3.exceptions import HTTPError

from inbox_recipes.deliveries import Response
from inbox_recipes.webhook_requests import MASKED

READ_BYTES = 64 * 1024
KEPT_BYTES = 4 * 1024
KEPT_HEADERS = 30
LONGEST_HEADER = 200
OVERLAP = 4 * 1024
"""Bytes beyond those kept that are looked at too: a secret may stand where an answer is cut."""
SHORTEST_SECRET = 6
NOT_KEPT = {"set-cookie"}
"""Headers that may hold somebody's secrets."""


class Scrubber:
    """Takes out of an answer what it repeats of our secrets, however it is written (R9)."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """`secrets`: of an Authorization, the credentials after the scheme count too."""
        words = {part for secret in secrets for part in (secret, secret.partition(" ")[2] or secret)}
        forms = {form for word in words if len(word) >= SHORTEST_SECRET for form in _forms(word)}
        self._pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))

    def __call__(self, text: str) -> str:
        """The text with the secrets masked."""
        return self._pattern.sub(MASKED, text) if self._pattern.pattern else text


def read_response(answer: Answered, scrub: Scrubber) -> Response:
    """The status, some headers and the beginning of the body, without our secrets."""
    raw, cut = _beginning(answer)
    body, shortened = _inflated(raw, answer.headers.get("content-encoding", ""))
    kept = [(name.lower(), value) for name, value in answer.headers.items() if name.lower() not in NOT_KEPT]
    return Response(
        status=answer.status_code,
        headers={name: scrub(value)[:LONGEST_HEADER] for name, value in kept[:KEPT_HEADERS]},
        body=scrub(body[: KEPT_BYTES + OVERLAP].decode(errors="replace"))
        .encode()[:KEPT_BYTES]
        .decode(errors="ignore"),
        cut=cut or shortened or len(body) > KEPT_BYTES,
    )


def _forms(secret: str) -> set[str]:
    """As it is, in JSON, in HTML, and in a URL."""
    in_json = json.dumps(secret)[1:-1]
    in_urls = {quote(secret, safe=""), quote(secret), unquote(secret)}
    return {secret, in_json, in_json.replace("/", "\\/"), escape(secret), *in_urls}


def _beginning(answer: Answered) -> tuple[bytes, bool]:
    """Up to 64 kB as they came, and whether there would have been more."""
    read = b""
    try:
        while len(read) < READ_BYTES:
            part = answer.raw.read1(READ_BYTES - len(read), decode_content=False)
            if not part:
                return read, False
            read += part
    except (HTTPError, HTTPException, OSError):
        return read, True  # the status has come, and that is what counts
    return read, True


def _inflated(raw: bytes, encoding: str) -> tuple[bytes, bool]:
    """The body as it was before it was compressed, as far as it is kept: a bomb stays a bomb's beginning."""
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        return raw, False
    machine = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        return machine.decompress(raw, KEPT_BYTES + OVERLAP), bool(machine.unconsumed_tail)
    except zlib.error:
        return raw, False
