"""Connected profiles: the pages, accounts and mailboxes of ours that messages come to (domain 1.1).

A profile is connected to one topic: what comes to it is a mention of that topic. Its secrets are kept
apart, and the API only tells which of them are set (R9).
"""

import re
from datetime import datetime
from typing import Annotated, Literal
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
    """That a secret is set, and its last characters, by which people know it again."""

    set: Literal[True] = True
    hint: str


def _sandbox(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname in LOOPBACK and not parts.query and not parts.username:
        return url.rstrip("/")
    detail = "A sandbox answers on this machine: http://127.0.0.1 and a port."
    raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": []})


def _refused(detail: str, allowed: tuple[str, ...] = ()) -> PydanticCustomError:
    return PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": list(allowed)})


class ConnectedProfile(Frozen):
    """A page, an account or a mailbox of ours.

    `native_id` is the platform's id: a page's, an account's, or a mail address. `sandbox_url` is where a
    platform is played on the developer's machine. `secrets` is the name under which the secrets are kept.
    """

    name: Name
    service: Service
    native_id: NativeId
    topic: TopicId
    enabled: bool = True
    token_expires_at: Time | None = None
    sns_topic_arn: Annotated[str, StringConstraints(pattern=SNS_TOPIC)] | None = None
    sandbox_url: Annotated[str, StringConstraints(max_length=200), AfterValidator(_sandbox)] | None = None
    credentials: dict[str, Credential] = Field(default_factory=dict)
    secrets: str | None = None

    @model_validator(mode="after")
    def _fits_its_service(self) -> "ConnectedProfile":
        unknown = [name for name in self.credentials if name not in SECRETS[self.service]]
        if unknown:
            raise _refused(f"{self.service} has no credential {unknown[0]!r}.", SECRETS[self.service])
        if self.service == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+", self.native_id):
            raise _refused("The native_id of a mailbox is its mail address.")
        if self.service == "email" and self.sns_topic_arn is None:
            raise _refused("A mailbox needs sns_topic_arn: the SNS topic that SES tells of its mail.")
        if self.service != "email" and self.sns_topic_arn is not None:
            raise _refused("Only a mailbox has an sns_topic_arn.")
        return self

    def status(self, now: datetime) -> Status:
        """Whether messages come in and go out by it."""
        if not self.enabled:
            return "disabled"
        expired = self.token_expires_at is not None and self.token_expires_at <= now
        return "expired" if expired else "connected"
