"""The shared logger and metrics. Log keys and ids, never the text of a message or a credential."""

import logging
import traceback
import warnings
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

# A batch in which nothing happened has nothing to count, and says so by its silence.
warnings.filterwarnings("ignore", "No application metrics to publish")

# At level DEBUG the router would tell the parts of each path, and a survey's link is a key (R9).
logging.getLogger("aws_lambda_powertools.event_handler").setLevel(logging.INFO)

logger = Logger(log_uncaught_exceptions=True)
metrics = Metrics()


def count(name: str, value: int = 1) -> None:
    """Add to a metric; nothing is written for nothing."""
    if value:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def log_failure(message: str, error: BaseException, **keys: Any) -> None:
    """What kind of error it was and where. Not its text, which may quote somebody's message (R9)."""
    # botocore's errors of a connection have a response too, and it is None.
    response = getattr(error, "response", None)
    frames = traceback.extract_tb(error.__traceback__)[-10:]
    logger.error(
        message,
        error=type(error).__qualname__,
        code=response.get("Error", {}).get("Code") if isinstance(response, dict) else None,
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        **keys,
    )
