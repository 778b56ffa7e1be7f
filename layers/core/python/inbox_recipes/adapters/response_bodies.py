"""What is read of an answer, and what is kept of it: never more than a little, whatever is sent (R14)."""

import zlib
from http.client import HTTPException

from requests import Response as Answered
from urllib3.exceptions import HTTPError

from inbox_recipes.deliveries import Response

READ_BYTES = 64 * 1024
KEPT_BYTES = 4 * 1024
KEPT_HEADERS = 30
LONGEST_HEADER = 200
NOT_KEPT = {"set-cookie"}
"""Headers that may hold somebody's secrets."""


def read_response(answer: Answered) -> Response:
    """The status, some headers and the beginning of the body."""
    raw, cut = _beginning(answer)
    body, shortened = _inflated(raw, answer.headers.get("content-encoding", ""))
    kept = [(name.lower(), value) for name, value in answer.headers.items() if name.lower() not in NOT_KEPT]
    return Response(
        status=answer.status_code,
        headers={name: value[:LONGEST_HEADER] for name, value in kept[:KEPT_HEADERS]},
        body=body[:KEPT_BYTES].decode(errors="replace"),
        cut=cut or shortened or len(body) > KEPT_BYTES,
    )


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
        return machine.decompress(raw, KEPT_BYTES), bool(machine.unconsumed_tail)
    except zlib.error:
        return raw, False
