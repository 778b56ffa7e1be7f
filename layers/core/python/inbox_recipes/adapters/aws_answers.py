"""What an answer of SES or SNS means for a sending that must not happen twice (class C)."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
)

from inbox_recipes.errors import Permanent, Retryable, Unclear

TOO_MANY = frozenset(
    {"TooManyRequestsException", "ThrottlingException", "Throttling", "Throttled", "LimitExceededException"}
)


def judged(error: ClientError, service: str) -> Permanent | Retryable | Unclear:
    """What an answer means: too many come again, an error of the service is unclear, the rest is final."""
    code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    words = f"{service} answered {code}: {error.response['Error'].get('Message', '')}".rstrip(": ")
    if code in TOO_MANY:
        return Retryable(words)
    return Unclear(words) if status >= 500 else Permanent(words)


def judged_lost(error: BotoCoreError, service: str) -> Permanent | Retryable | Unclear:
    """What no answer means: without a connection nothing was sent; with one, nobody knows."""
    words = f"no answer of {service}: {type(error).__name__}"
    if isinstance(error, ConnectTimeoutError | EndpointConnectionError):
        return Retryable(words)
    return Permanent(words) if isinstance(error, ParamValidationError) else Unclear(words)
