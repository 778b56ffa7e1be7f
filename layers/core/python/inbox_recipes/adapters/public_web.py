"""Reads small pages of the public internet: SNS's certificates, and what confirms a subscription (R10).

What may be reached is the business of `guarded_session`.
"""

import requests
from AntiSSRF import AntiSSRFError

from inbox_recipes.adapters.guarded_session import guarded_session
from inbox_recipes.errors import Permanent, Retryable

CONNECT_SECONDS = 3
READ_SECONDS = 5
LONGEST_PAGE = 100_000
MOST_KEPT = 10


class PublicWeb:
    """Gets pages. `allowed_networks` opens loopback on the local stack, and is empty elsewhere."""

    def __init__(self, allowed_networks: tuple[str, ...] = ()) -> None:
        self._certificates: dict[str, bytes] = {}
        self._session = guarded_session(allowed_networks)

    def get(self, url: str) -> bytes:
        """The page; a certificate, whose address never shows another, is read once.

        Raises Permanent for a forbidden address, Retryable for anything but a small 2xx.
        """
        if url not in self._certificates:
            page = self._get(url)
            if not url.endswith(".pem"):
                return page
            self._certificates = {**dict(list(self._certificates.items())[-MOST_KEPT:]), url: page}
        return self._certificates[url]

    def _get(self, url: str) -> bytes:
        try:
            with self._session.get(
                url, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, stream=True
            ) as answer:
                page = answer.raw.read(LONGEST_PAGE + 1, decode_content=True)
                if not 200 <= answer.status_code < 300 or len(page) > LONGEST_PAGE:
                    raise Retryable(f"the page was answered with {answer.status_code}, {len(page)} bytes")
                return bytes(page)
        except AntiSSRFError as error:
            raise Permanent("the address is not allowed") from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise Retryable(f"no answer: {type(error).__name__}") from error
