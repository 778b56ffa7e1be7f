"""The Webhooks port: signed POSTs that can reach the public internet and nothing else.

`microsoft-antissrf` checks the address that a name resolves to and dials exactly that one; it knows
nothing of our limits, which are here: no redirects, no cookies, no proxies or netrc, bounded time and answer.
"""

import json
import socket
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy

import requests
from AntiSSRF import AntiSSRFError, AntiSSRFPolicy, PolicyConfigOptions
from standardwebhooks import Webhook

from inbox_recipes.effects import Call
from inbox_recipes.errors import Permanent, Retryable

CONNECT_SECONDS = 3
READ_SECONDS = 10
GONE = 410


class HttpSender:
    """Sends webhooks. `allowed_networks` opens loopback on the local stack, and is empty elsewhere."""

    def __init__(self, signing_secret: Callable[[], str], allowed_networks: tuple[str, ...] = ()) -> None:
        self._signing_secret = signing_secret
        policy = AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
        policy.add_xff_header = False
        policy.allow_plain_text_http = bool(allowed_networks)
        if allowed_networks:
            policy.add_allowed_addresses(list(allowed_networks))
        self._session: requests.Session = policy.get_antissrf_session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def send(self, call: Call, delivery_id: str, at: datetime) -> int:
        """POST, signed as in Standard Webhooks 1.0. Only 2xx is success; 410 and refusals are final."""
        body = json.dumps(call.body, ensure_ascii=False, separators=(",", ":"))
        try:
            with self._session.post(
                call.url,
                data=body.encode(),
                headers=self._headers(body, delivery_id, at),
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return _judge(answer, at)
        except AntiSSRFError as error:
            raise Permanent(f"the address is not allowed: {error}") from error
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise Permanent("the address is not a web address") from error
        except (requests.exceptions.RequestException, socket.gaierror) as error:
            raise Retryable(f"no answer: {type(error).__name__}") from error

    def _headers(self, body: str, delivery_id: str, at: datetime) -> dict[str, str]:
        return {
            "content-type": "application/json",
            "user-agent": "inbox-recipes",
            "accept-encoding": "identity",
            "webhook-id": delivery_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self._signing_secret()).sign(delivery_id, at, body),
        }


def _judge(answer: requests.Response, at: datetime) -> int:
    if answer.ok and answer.status_code < 300:
        return answer.status_code
    if answer.status_code == GONE:
        raise Permanent("the receiver answered 410: it wants no more of these")
    raise Retryable(f"the receiver answered {answer.status_code}", _retry_after(answer, at))


def _retry_after(answer: requests.Response, at: datetime) -> int | None:
    """Seconds, from either form of the header; one that cannot be read is as if it were not there."""
    value = answer.headers.get("retry-after", "")
    if value.isdigit():
        return int(value)
    try:
        return max(0, int((parsedate_to_datetime(value) - at).total_seconds()))
    except (ValueError, TypeError):
        return None
