"""The ways out: queues, timers, web applications, mailboxes, devices, secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from inbox_recipes.deliveries import Answer
    from inbox_recipes.devices import Platform
    from inbox_recipes.digests import Letter
    from inbox_recipes.endpoints import Endpoint
    from inbox_recipes.feedback import Survey
    from inbox_recipes.messages import (
        DeliveryMessage,
        EraseMessage,
        FlowMessage,
        FlowOverMessage,
        ModerationMessage,
        NotificationMessage,
        OutboxMessage,
        ReceiverNoticeMessage,
        RunMessage,
        WaitDueMessage,
        WaitReviewMessage,
    )
    from inbox_recipes.platforms.base import Answered, Connection, Outgoing
    from inbox_recipes.profiles import Standing
    from inbox_recipes.recipes import Recipe
    from inbox_recipes.signing_keys import LiveKeys, Rotated, Rotation
    from inbox_recipes.webhook_requests import Request


type QueuedMessage = (
    RunMessage
    | NotificationMessage
    | WaitReviewMessage
    | OutboxMessage
    | EraseMessage
    | ModerationMessage
    | FlowMessage
    | FlowOverMessage
)
type LaterMessage = DeliveryMessage | OutboxMessage | ModerationMessage


class RunQueue(Protocol):
    """The runs queue."""

    def send(self, messages: Sequence[QueuedMessage]) -> None:
        """Queue messages, in order within a group: a conversation, a tray, an erasure, an act."""


class Retries(Protocol):
    """The retry queue."""

    def send_later(self, message: LaterMessage, seconds: int) -> None:
        """Have a message come after up to 900 seconds."""


type TimedMessage = (
    WaitDueMessage
    | DeliveryMessage
    | NotificationMessage
    | OutboxMessage
    | ReceiverNoticeMessage
    | FlowOverMessage
    | EraseMessage
    | ModerationMessage
)


class Timers(Protocol):
    """One-time schedules whose message comes back through the runs queue."""

    def arm(self, at: datetime, message: TimedMessage, conversation: str) -> None:
        """Have the message sent at that time. Arming the same one twice is arming it once."""


class Webhooks(Protocol):
    """The way out to customers' web applications."""

    def send(self, request: Request, delivery_id: str, at: datetime) -> Answer:
        """Send it, signed, once. Whatever the receiver does is an answer; only 2xx is `delivered`."""


class Platforms(Protocol):
    """The way out to the platforms, by profiles of ours."""

    def connection(self, profile_id: str, now: datetime) -> Connection:
        """A profile, ready for calls.

        Raises NotFound, Permanent when it is disabled, TokenExpired when its token is over or was refused.
        """

    def call(self, connection: Connection, call: Outgoing, now: datetime) -> Answered:
        """Make one try; gives an answer that tells of success.

        Raises Retryable when surely nothing was done (nobody was reached, or the profile has no calls left:
        with the seconds, and other calls of it wait as long); Unclear when it may have been done (no answer,
        an outage); Permanent; TokenExpired, and the profile is marked. Only asking is never unclear.
        """


class Standings(Protocol):
    """What platforms have said about our profiles' calls. Of two who write at once, either may be last."""

    def all(self) -> Mapping[str, Standing]:
        """The standing of every profile that anything was said about, by id."""

    def of(self, profile_id: str) -> Standing:
        """One profile's standing; an empty one if nothing was said."""

    def hold(self, profile_id: str, until: datetime, reason: str) -> None:
        """Have no calls made by the profile until then."""

    def refuse(self, profile_id: str, token: str) -> None:
        """Note that the platform does not take the token of that name."""


class SurveyLinks(Protocol):
    """The way to the page of a survey."""

    def of(self, survey: Survey) -> str:
        """The address that its customer is sent: whoever has it may answer."""


class Notices(Protocol):
    """Tells people about what nobody would look for."""

    def receiver_disabled(self, endpoint: Endpoint) -> None:
        """A receiver was switched off by us, and what was to go there does not."""

    def acts_held(self, recipe: Recipe, most_per_hour: int) -> None:
        """A recipe has done so many acts of moderation in an hour that further ones wait for a person."""


class Mail(Protocol):
    """The way out to people's mailboxes."""

    def refusal(self) -> str | None:
        """Why no mail at all can be sent, if so."""

    def send(self, to: str, letter: Letter) -> None:
        """Hand over one mail. Raises Permanent, Retryable (nothing was sent) or Unclear (perhaps it was)."""


class Push(Protocol):
    """The way out to people's devices."""

    def send(self, to: str, letter: Letter) -> None:
        """Hand over one push to an endpoint. Raises as `Mail.send` does."""


class DeviceRegistry(Protocol):
    """What turns a device's token into the endpoint that pushes go to."""

    def register(self, platform: Platform, token: str, user_id: str) -> str:
        """The endpoint of a device. Raises Conflict when the platform is not set up or refuses the token."""

    def forget(self, endpoint: str) -> None:
        """Delete an endpoint; one that is gone is deleted already."""


class SecretStore(Protocol):
    """Where credentials are put by who cannot read them."""

    def keep(self, text: str) -> str:
        """Put credentials in; gives the name that they are kept under."""

    def forget(self, name: str) -> None:
        """Take credentials out that nothing refers to."""

    def fingerprint(self, text: str) -> str:
        """The same for the same text, and of no use to who guesses at it: 24 hexadecimal characters."""


class SigningKeyRing(Protocol):
    """The keys that sign webhooks, for who can change them and cannot read them (R9, R11)."""

    def live(self, now: datetime) -> LiveKeys:
        """What signs now, as people may know it."""

    def rotate(self, rotation: Rotation, now: datetime) -> Rotated:
        """Sign with new keys from now on. Raises Conflict where that would drop some too early."""
