"""The shared logger and metrics. Log keys and ids, never the text of a message or a credential."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(log_uncaught_exceptions=True)
metrics = Metrics()


def count(name: str, value: int = 1) -> None:
    """Add to a metric; nothing is written for nothing."""
    if value:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
