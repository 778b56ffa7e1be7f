"""Devices that push notifications go to: telephones and browsers of users."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from inbox_recipes.inbox import Frozen, Time
from inbox_recipes.people import Id, Name

Platform = Literal["apple", "google"]
"""Whose service brings pushes to the device: Apple's (APNs) or Google's (FCM)."""

MOST_DEVICES = 10
"""Devices of one user."""


class DeviceRegistration(Frozen):
    """What an app tells about the device it runs on. `token` is the platform's and is never shown."""

    platform: Platform
    token: Annotated[
        str, StringConstraints(min_length=1, max_length=4096, pattern=r"^[!-~]+$"), Field(repr=False)
    ]
    name: Name | None = None


class Device(Frozen):
    """A device of a user; `endpoint` is where SNS reaches it."""

    id: Id
    user_id: Id
    platform: Platform
    name: Name | None = None
    endpoint: str
    added: Time
