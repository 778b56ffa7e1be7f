"""Connected profiles: the pages, accounts and mailboxes of ours that messages come to (domain 1.1).

A profile is connected to one topic: what comes to it is a mention of that topic. Its secrets are kept
apart, and the API only tells which of them are set (R9).
"""

import re
from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.inbox import Frozen, NativeId, Time, TopicId
from inbox_recipes.people import Name
from inbox_recipes.platforms import Service

LOOPBACK = ("127.0.0.1", "localhost")
SNS_TOPIC = r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$"

SECRETS: dict[Service, tuple[str, ...]] = {
    "twitter": ("app_secret", "access_token"),
    "facebook": ("app_secret", "verify_token", "access_token"),
    "email": (),
}
"""What each platform shares with us. Mail has no secret of ours: SNS signs, and IAM lets us send."""

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
    enabled: bool = True
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

    def status_at(self, now: datetime) -> Status:
        """Whether messages come in and go out by it."""
        if not self.enabled:
            return "disabled"
        expired = self.token_expires_at is not None and self.token_expires_at <= now
        return "expired" if expired else "connected"


class ConnectedProfile(ProfileSettings):
    """A profile as it is kept: with what it shares with its platform, by name."""

    credentials: dict[str, Credential] = Field(default_factory=dict)
