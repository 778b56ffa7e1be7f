"""What became of a call, where all platforms say it alike."""

from inbox_recipes.errors import Permanent, Retryable, Unclear
from inbox_recipes.platforms.base import Answered

REQUEST_TIMEOUT = 408
TOO_EARLY_OR_TOO_MANY = (425, 429)


class TokenExpired(Permanent):
    """The platform no longer takes the profile's token: somebody must connect the profile again."""


class Gone(Permanent):
    """The platform does not know, or no longer knows, what the call was about."""


def judge(platform: str, answered: Answered) -> None:
    """Raise for anything but success.

    Too many calls: nothing was done, and it may be tried later. An outage: it may have been done all the
    same. A refusal will stay one.
    """
    said = f"{platform} answered {answered.status}"
    if answered.status >= 500 or answered.status == REQUEST_TIMEOUT:
        raise Unclear(said)
    if answered.status in TOO_EARLY_OR_TOO_MANY:
        wait = answered.headers.get("retry-after", "")
        raise Retryable(said, int(wait) if wait.isdigit() else None)
    if not 200 <= answered.status < 300:
        raise Permanent(said)
