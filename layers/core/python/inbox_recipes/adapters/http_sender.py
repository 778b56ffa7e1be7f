"""The Webhooks port: signed requests that can reach the public internet and nothing else (R10, R11, R14).

What may be reached is the business of `guarded_session`. Here are the other limits: no redirects, bounded
time and answer.
"""

import socket
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from AntiSSRF import AntiSSRFError
from requests import Response as Answered
from requests.exceptions import InvalidSchema, InvalidURL, RequestException

from inbox_recipes.adapters.deadlines import Deadline, watch
from inbox_recipes.adapters.guarded_session import guarded_session
from inbox_recipes.adapters.response_bodies import Scrubber, read_response
from inbox_recipes.adapters.signatures import standard_webhooks, x_signature
from inbox_recipes.deliveries import Answer, Outcome, Response
from inbox_recipes.errors import Permanent
from inbox_recipes.secret_addresses import is_key, pieces
from inbox_recipes.webhook_requests import Request

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 15.0
GONE = 410
type Judged = tuple[Outcome, str | None, Response | None, int | None]
"""What became of a request: outcome, reason, what came back, and the pause that was asked for."""

TOO_LATE = "no answer: it took longer than {seconds:g} s"


class HttpSender:
    """Sends webhooks. `allowed_networks` opens loopback on the local stack, and is empty elsewhere."""

    def __init__(
        self, signing_keys: Callable[[], tuple[str, ...]], credentials: Callable[[str], str],
        allowed_networks: tuple[str, ...] = (), *, total_seconds: float = TOTAL_SECONDS,
    ) -> None:  # fmt: skip
        self._signing_keys = signing_keys
        self._credentials = credentials
        self._total_seconds = total_seconds
        self._session = guarded_session(allowed_networks)
        watch(self._session)
        self._session.headers.clear()

    def send(self, request: Request, delivery_id: str, at: datetime) -> Answer:
        """Send it once, signed. Only 2xx is success; 410 and forbidden addresses are final."""
        try:
            headers = self._headers(request, delivery_id, at)
            url = self._address(request)
        except Permanent as error:
            return Answer("refused", str(error))
        secret = request.url_secret is not None or is_key(url)
        scrub = Scrubber((headers.get("authorization", ""), *(pieces(url) if secret else ())))
        shown = {
            name: value for name, value in headers.items() if name not in ("authorization", "x-signature")
        }
        begun = monotonic()
        with Deadline(self._total_seconds) as deadline:
            outcome, reason, response, retry_after = self._call(
                lambda: self._exchange(request, url, headers, at, scrub), deadline
            )
        return Answer(
            outcome=outcome,
            reason=TOO_LATE.format(seconds=self._total_seconds)
            if deadline.passed and not response
            else reason,
            response=response,
            retry_after=retry_after,
            address=deadline.address,
            duration_ms=int((monotonic() - begun) * 1000),
            headers=shown,
        )

    def _call(self, exchange: Callable[[], Judged], deadline: Deadline) -> Judged:
        try:
            return deadline.run(exchange)
        except AntiSSRFError as error:
            return "refused", f"the address is not allowed: {error}", None, None
        except (InvalidURL, InvalidSchema, UnicodeError):
            return "refused", "the address is not a web address", None, None
        except TimeoutError:
            return "failed", "no answer in time", None, None
        except socket.gaierror:
            return "failed", "no answer: the name of the host could not be looked up", None, None
        except RequestException as error:
            return "failed", f"no answer: {type(error).__name__}", None, None

    def _exchange(
        self, request: Request, url: str, headers: dict[str, str], at: datetime, scrub: Scrubber
    ) -> Judged:
        with self._session.request(
            request.method,
            url,
            data=request.body.encode() if request.method == "POST" else None,
            headers=headers,
            timeout=(CONNECT_SECONDS, self._total_seconds + 1),  # the deadline comes first
            allow_redirects=False,
            stream=True,
        ) as answer:
            return _judged(answer, at, scrub)

    def _address(self, request: Request) -> str:
        return request.address(self._credentials(request.url_secret)) if request.url_secret else request.url

    def _headers(self, request: Request, delivery_id: str, at: datetime) -> dict[str, str]:
        headers = {
            "user-agent": "inbox-recipes",
            "accept": "*/*",
            "accept-encoding": "identity",
            "connection": "close",
            **standard_webhooks(self._signing_keys(), delivery_id, at, request.body),
        }
        if request.content_type:
            headers["content-type"] = request.content_type
        if request.authorization:
            headers["authorization"] = self._credentials(request.authorization)
        if request.x_signature:
            headers["x-signature"] = x_signature(self._credentials(request.x_signature), request.body)
        return headers


def _judged(answer: Answered, at: datetime, scrub: Scrubber) -> Judged:
    response, status = read_response(answer, scrub), answer.status_code
    if 200 <= status < 300:
        return "delivered", None, response, None
    if status == GONE:
        return "gone", "the receiver answered 410: it wants no more of these", response, None
    return "failed", f"the receiver answered {status}", response, _retry_after(answer, at)


def _retry_after(answer: Answered, at: datetime) -> int | None:
    """Seconds, from either form of the header; one that cannot be read is as if it were not there."""
    value = answer.headers.get("retry-after", "")
    if value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    try:
        return max(0, int((parsedate_to_datetime(value) - at).total_seconds()))
    except (ValueError, TypeError):
        return None
