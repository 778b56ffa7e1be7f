"""The platforms and what they have said about our profiles, in memory: the sandbox's, without its server."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from math import ceil
from secrets import token_hex
from urllib.parse import parse_qsl, urlsplit

from inbox_recipes.adapters.platform_calls import LONGEST_HOLD
from inbox_recipes.clock import stamp
from inbox_recipes.errors import NotFound, Permanent, Retryable, Unclear
from inbox_recipes.platforms import connector
from inbox_recipes.platforms.base import Answered, Connection, Letter, Outgoing, Request
from inbox_recipes.platforms.outcomes import TokenExpired
from inbox_recipes.profiles import SIGNING, ConnectedProfile, Standing
from tools.platform_sandbox.facebook import PlayedFacebook
from tools.platform_sandbox.played import ACCESS_TOKEN, APP_SECRET, SIGNING_KEYS, Called, Played
from tools.platform_sandbox.x import PlayedX

SECRETS = {"app_secret": APP_SECRET, "access_token": ACCESS_TOKEN}


class FakeStandings:
    """The Standings port: one standing for each profile."""

    def __init__(self) -> None:
        self.known: dict[str, Standing] = {}

    def all(self) -> Mapping[str, Standing]:
        return self.known

    def of(self, profile_id: str) -> Standing:
        return self.known.get(profile_id, Standing())

    def hold(self, profile_id: str, until: datetime, reason: str) -> None:
        self._set(profile_id, held_until=until, held_because=reason)

    def refuse(self, profile_id: str, token: str) -> None:
        self._set(profile_id, refused_token=token)

    def _set(self, profile_id: str, **told: object) -> None:
        self.known[profile_id] = self.of(profile_id).model_copy(update=told)


class FakePlatforms:
    """The Platforms port over played platforms. `unreachable` calls do not even get a connection.

    `calls` are those that a platform got; `letters` what SES got, which takes `mail_errors` first.
    """

    def __init__(
        self, profiles: Callable[[], Mapping[str, ConnectedProfile]], clock: Callable[[], datetime]
    ) -> None:
        self._profiles = profiles
        self.standings = FakeStandings()
        self.x, self.facebook = PlayedX(clock), PlayedFacebook(clock)
        self.calls: list[Request] = []
        self.letters: list[Letter] = []
        self.mail_errors: list[Exception] = []
        self.unreachable = 0

    def connection(self, profile_id: str, now: datetime) -> Connection:
        profile = self._profiles().get(profile_id)
        if profile is None:
            raise NotFound("profile", profile_id)
        status = profile.status_at(now, self.standings.of(profile_id))
        if status == "disabled":
            raise Permanent(f"the profile {profile.name!r} is disabled")
        if status == "expired":
            raise TokenExpired(f"the token of the profile {profile.name!r} has expired: connect it again")
        signed = profile.credentials.keys() >= SIGNING
        return Connection(profile_id, profile, SIGNING_KEYS if signed else SECRETS)

    def call(self, connection: Connection, call: Outgoing, now: datetime) -> Answered:
        held = self.standings.of(connection.id)
        if held.held_until is not None and now < held.held_until:
            seconds = ceil((held.held_until - now).total_seconds())
            raise Retryable(f"{held.held_because}; no calls until {stamp(held.held_until)}", max(1, seconds))
        try:
            answered = (
                self._letter(call) if isinstance(call, Letter) else self._request(connection, call, now)
            )
            connector(connection.profile.service).done(answered, now)
        except TokenExpired:
            self.standings.refuse(connection.id, connection.profile.token or "")
            raise
        except Retryable as error:
            if error.retry_after:
                wait = min(timedelta(seconds=error.retry_after), LONGEST_HOLD)
                self.standings.hold(connection.id, now + wait, str(error))
            raise
        except Unclear as error:
            if isinstance(call, Request) and call.method == "GET":
                raise Retryable(str(error)) from error
            raise
        return answered

    def _request(self, connection: Connection, call: Request, now: datetime) -> Answered:
        if self.unreachable:
            self.unreachable -= 1
            raise Retryable("the platform was not reached: ConnectionError")
        call = connector(connection.profile.service).authorized(connection, call, now, token_hex(16))
        self.calls.append(call)
        platform: Played = self.x if connection.profile.service == "twitter" else self.facebook
        parts = urlsplit(call.url)
        called = Called(
            call.method, call.url, parts.path, dict(parse_qsl(parts.query)), dict(call.headers),
            dict(call.body or {}),
        )  # fmt: skip
        failure = platform.failures.popleft() if platform.failures else None
        if failure not in (None, "silence", "lost_answer"):
            answer = platform.failure(failure)
            return Answered(answer.status, answer.headers, answer.body)
        if failure == "silence":
            raise Unclear("no answer of the platform: ReadTimeout")
        answer, _ = platform.answer(called)
        if failure == "lost_answer":
            raise Unclear("no answer of the platform: ReadTimeout")
        return Answered(answer.status, answer.headers, answer.body)

    def _letter(self, letter: Letter) -> Answered:
        if self.mail_errors:
            raise self.mail_errors.pop(0)
        assert message_from_bytes(letter.raw, policy=SMTP)["To"]
        self.letters.append(letter)
        return Answered(200, {}, {"MessageId": f"ses{len(self.letters)}@eu-west-1.amazonses.com"})
