"""The Platforms port: calls of the platforms' APIs over HTTPS, and mail through SES v2.

A call is tried once. Whether it may be tried again depends on whether bytes can have left (class C).
"""

import json
import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import ceil
from secrets import token_hex
from typing import Any

from AntiSSRF import AntiSSRFError
from botocore.exceptions import BotoCoreError, ClientError
from requests import Response
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from inbox_recipes.adapters.aws_answers import judged, judged_lost
from inbox_recipes.adapters.deadlines import Deadline, watch
from inbox_recipes.adapters.guarded_session import guarded_session
from inbox_recipes.clock import stamp
from inbox_recipes.errors import NotFound, Permanent, Retryable, Unclear
from inbox_recipes.platforms import connector
from inbox_recipes.platforms.base import Answered, Connection, Letter, Outgoing, Request
from inbox_recipes.platforms.outcomes import TokenExpired
from inbox_recipes.ports import Standings
from inbox_recipes.profiles import ConnectedProfile, Secrets

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 15.0
LONGEST_ANSWER = 1_000_000
LONGEST_HOLD = timedelta(hours=24)
DOMAIN_OF_SES = {"us-east-1": "email.amazonses.com"}
"""What SES's message ids end with; in the other regions it has the region's name."""


class PlatformCalls:
    """Calls by our profiles. `allowed_networks` opens loopback on the local stack, and is empty elsewhere."""

    def __init__(
        self, profiles: Callable[[], Mapping[str, ConnectedProfile]], secret: Callable[[str], str],
        standings: Standings, ses: Callable[[], Any], allowed_networks: tuple[str, ...] = (),
        *, total_seconds: float = TOTAL_SECONDS,
    ) -> None:  # fmt: skip
        self._profiles = profiles
        self._secret = secret
        self._standings = standings
        self._ses = ses
        self._total_seconds = total_seconds
        self._session = guarded_session(allowed_networks)
        watch(self._session)
        self._session.headers.clear()

    def connection(self, profile_id: str, now: datetime) -> Connection:
        """A profile, ready for calls."""
        profile = self._profiles().get(profile_id)
        if profile is None:
            raise NotFound("profile", profile_id)
        status = profile.status_at(now, self._standings.of(profile_id))
        if status == "disabled":
            raise Permanent(f"the profile {profile.name!r} is disabled")
        if status == "expired":
            raise TokenExpired(f"the token of the profile {profile.name!r} has expired: connect it again")
        return Connection(profile_id, profile, Secrets(profile.credentials, self._secret))

    def call(self, connection: Connection, call: Outgoing, now: datetime) -> Answered:
        """Make one try, if the profile has calls left."""
        held = self._standings.of(connection.id)
        if held.held_until is not None and now < held.held_until:
            seconds = ceil((held.held_until - now).total_seconds())
            raise Retryable(f"{held.held_because}; no calls until {stamp(held.held_until)}", max(1, seconds))
        platform = connector(connection.profile.service)
        try:
            if isinstance(call, Letter):
                answered = self._letter(call)
            else:
                answered = self._request(platform.authorized(connection, call, now, token_hex(16)))
            platform.done(answered, now)
        except TokenExpired:
            self._standings.refuse(connection.id, connection.profile.token or "")
            raise
        except Retryable as error:
            if error.retry_after:
                wait = min(timedelta(seconds=error.retry_after), LONGEST_HOLD)
                self._standings.hold(connection.id, now + wait, str(error))
            raise
        except Unclear as error:
            if isinstance(call, Request) and call.method == "GET":
                raise Retryable(str(error)) from error
            raise
        return answered

    def _request(self, call: Request) -> Answered:
        with Deadline(self._total_seconds) as deadline:
            try:
                return deadline.run(lambda: self._exchange(call))
            except AntiSSRFError as error:
                raise Permanent("the address is not allowed") from error
            except socket.gaierror as error:
                raise Retryable("the name of the platform could not be looked up") from error
            except (RequestException, HTTPError, OSError) as error:
                if deadline.address is None:  # without a connection nothing was sent
                    raise Retryable(f"the platform was not reached: {type(error).__name__}") from error
                raise Unclear(f"no answer of the platform: {type(error).__name__}") from error

    def _exchange(self, call: Request) -> Answered:
        headers = {
            "user-agent": "inbox-recipes",
            "accept": "application/json",
            "accept-encoding": "identity",
            "connection": "close",
            **call.headers,
        }
        body = None if call.body is None else json.dumps(call.body, ensure_ascii=False).encode()
        if body is not None:
            headers["content-type"] = "application/json"
        with self._session.request(
            call.method, call.url, data=body, headers=headers, allow_redirects=False, stream=True,
            timeout=(CONNECT_SECONDS, self._total_seconds + 1),  # the deadline comes first
        ) as answer:  # fmt: skip
            return _read(answer)

    def _letter(self, letter: Letter) -> Answered:
        """Hand one mail to SES, which gives it a Message-ID of its own."""
        client = self._ses()
        try:
            sent = client.send_email(
                FromEmailAddress=letter.sender,
                Destination={"ToAddresses": list(letter.recipients)},
                Content={"Raw": {"Data": letter.raw}},
            )
        except ClientError as error:
            raise judged(error, "SES") from error
        except BotoCoreError as error:
            raise judged_lost(error, "SES") from error
        region, name = client.meta.region_name, sent["MessageId"]
        domain = DOMAIN_OF_SES.get(region, f"{region}.amazonses.com")
        return Answered(200, {}, {"MessageId": name if "@" in name else f"{name}@{domain}"})


def _read(answer: Response) -> Answered:
    """The answer; what is no JSON says nothing beyond its status."""
    text = answer.raw.read(LONGEST_ANSWER + 1, decode_content=True)
    try:
        body = json.loads(text) if 0 < len(text) <= LONGEST_ANSWER else None
    except ValueError:
        body = None
    return Answered(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, body)
