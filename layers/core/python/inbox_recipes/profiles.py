"""Connected profiles: the pages, accounts and mailboxes of ours that messages come to (domain 1.1).

A profile is connected to one topic: what comes to it is a mention of that topic. Its secrets are kept
apart, and the API only tells which of them are set (R9).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StrictBool, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.inbox import Frozen, Mention, NativeId, Time, TopicId
from inbox_recipes.people import Name
from inbox_recipes.platforms import Service

LOOPBACK = ("127.0.0.1", "localhost")
SNS_TOPIC = r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$"

SECRETS: dict[Service, tuple[str, ...]] = {
    "twitter": ("app_secret", "access_token", "api_key", "access_token_secret"),
    "facebook": ("app_secret", "verify_token", "access_token"),
    "email": (),
}
"""What each platform shares with us. Mail has no secret of ours: SNS signs, and IAM lets us send."""

TOKEN = "access_token"  # noqa: S105 - the name of one
"""The credential that calls of a platform are made with."""

SIGNING = frozenset({"api_key", "access_token_secret"})
"""With these two, calls of X are signed with all its four (OAuth 1.0a); without, the token alone is sent."""

Status = Literal["connected", "expired", "disabled"]


class Credential(Frozen):
    """That a secret is set, and its last characters; `secret` is its name in the secret store."""

    set: Literal[True] = True
    hint: str
    secret: str | None = None


def _sandbox(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname in LOOPBACK and not parts.query and not parts.username:
        return url.rstrip("/")
    detail = "A sandbox answers on this machine: http://127.0.0.1 and a port."
    raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": []})


def _refused(detail: str, allowed: tuple[str, ...] = ()) -> PydanticCustomError:
    return PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": list(allowed)})


class ProfileSettings(Frozen):
    """A page, an account or a mailbox of ours.

    `native_id` is the platform's id: a page's, an account's, or a mail address. `sandbox_url` is where a
    platform is played on the developer's machine.
    """

    name: Name
    service: Service
    native_id: NativeId
    topic: TopicId
    enabled: StrictBool = True
    token_expires_at: Time | None = None
    sns_topic_arn: Annotated[str, StringConstraints(pattern=SNS_TOPIC)] | None = None
    sandbox_url: Annotated[str, StringConstraints(max_length=200), AfterValidator(_sandbox)] | None = None

    @model_validator(mode="after")
    def _fits_its_service(self) -> Self:
        if self.service == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+", self.native_id):
            raise _refused("The native_id of a mailbox is its mail address.")
        if self.service == "email" and self.sns_topic_arn is None:
            raise _refused("A mailbox needs sns_topic_arn: the SNS topic that SES tells of its mail.")
        if self.service != "email" and self.sns_topic_arn is not None:
            raise _refused("Only a mailbox has an sns_topic_arn.")
        return self


class ConnectedProfile(ProfileSettings):
    """A profile as it is kept: with what it shares with its platform, by name."""

    credentials: dict[str, Credential] = Field(default_factory=dict)

    @property
    def token(self) -> str | None:
        """The names under which its token is kept, and the keys that calls are signed with.

        A new token or key has a new name.
        """
        needed = SECRETS["twitter"] if self.credentials.keys() >= SIGNING else (TOKEN,)
        known = (self.credentials.get(name) for name in needed)
        return " ".join(each.secret for each in known if each and each.secret) or None

    def status_at(self, now: datetime, standing: "Standing | None" = None) -> Status:
        """Whether messages come in and go out by it.

        `expired`: its time is over, or the platform has refused the token that it still has.
        """
        if not self.enabled:
            return "disabled"
        over = self.token_expires_at is not None and self.token_expires_at <= now
        refused = standing is not None and standing.refused_token == (self.token or "")
        return "expired" if over or refused else "connected"


class Standing(Frozen):
    """What a platform has said about a profile's calls, beside the profile.

    Until `held_until` it takes no more of them. `refused_token` is the profile's `token`, which it does not
    take.
    """

    held_until: Time | None = None
    held_because: str | None = None
    refused_token: str | None = None


class Secrets(Mapping[str, str]):
    """A profile's secrets, each read when it is asked for."""

    def __init__(self, credentials: Mapping[str, Credential], read: Callable[[str], str]) -> None:
        self._credentials = credentials
        self._read = read

    def __getitem__(self, name: str) -> str:
        return self._read(self._credentials[name].secret or "")

    def __iter__(self) -> Iterator[str]:
        return iter(self._credentials)

    def __len__(self) -> int:
        return len(self._credentials)


def profile_of(mention: Mention, profiles: Mapping[str, ConnectedProfile]) -> str | None:
    """The id of the profile of ours that a message came to or from: what answers it, hides it, and so on.

    It is named by our id or by the platform's. A message that names none belongs to the one profile of its
    service that is connected to its topic, if it is the only one.
    """
    named, service = mention.source.profile, mention.source.service
    same = {key: each for key, each in profiles.items() if each.service == service}
    if named is not None:
        by_native_id = (key for key, each in same.items() if each.native_id.lower() == named.lower())
        return named if named in same else next(by_native_id, None)
    of_topic = [key for key, each in same.items() if each.topic == mention.topic.id]
    return of_topic[0] if len(of_topic) == 1 else None
