"""What became of a call, where all platforms say it alike."""

from inbox_recipes.errors import Permanent, Retryable
from inbox_recipes.platforms.base import Answered


class TokenExpired(Permanent):
    """The platform no longer takes the profile's token: somebody must connect the profile again."""


class Gone(Permanent):
    """The platform does not know, or no longer knows, what the call was about."""


def judge(platform: str, answered: Answered) -> None:
    """Raise for anything but success: an outage may pass, a refusal will not."""
    if answered.status >= 500 or answered.status in (408, 425, 429):
        wait = answered.headers.get("retry-after", "")
        raise Retryable(f"{platform} answered {answered.status}", int(wait) if wait.isdigit() else None)
    if not 200 <= answered.status < 300:
        raise Permanent(f"{platform} answered {answered.status}")
