"""What each function is told by its environment, checked once when it starts."""

import os
from typing import Self

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """The tables and for how many days what is kept (0: mentions for ever): what every function needs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    inbox_table: str
    recipes_table: str
    ledger_table: str
    history_days: int = 400
    mention_days: int = 400
    raw_days: int = 30

    @classmethod
    def read(cls) -> Self:
        """From the environment; a variable's name is the field's in upper case."""
        return cls.model_validate({name.lower(): value for name, value in os.environ.items()})


class EvaluatorSettings(Settings):
    """The evaluator also queues runs."""

    runs_queue_url: str


class IngestSettings(Settings):
    """The ingest function also checks what platforms sign."""

    credentials_prefix: str
    webhook_allowed_networks: str = ""

    @property
    def allowed_networks(self) -> tuple[str, ...]:
        """Networks that may be reached beside the public internet: a sandbox's."""
        return tuple(part.strip() for part in self.webhook_allowed_networks.split(",") if part.strip())


class DeliverySettings(Settings):
    """Webhooks: where attempts wait, how long deliveries are kept, and where credentials are."""

    retry_queue_url: str
    delivery_days: int = 30
    credentials_prefix: str
    webhook_allowed_networks: str = ""

    @property
    def allowed_networks(self) -> tuple[str, ...]:
        """Networks that webhooks may reach beside the public internet."""
        return tuple(part.strip() for part in self.webhook_allowed_networks.split(",") if part.strip())


class ApiSettings(DeliverySettings):
    """The API takes credentials in, rotates keys, queues replays, tests and reviews, and registers devices.

    A push platform without an ARN is not set up.
    """

    runs_queue_url: str
    signing_secret_arn: str
    survey_secret_arn: str
    fingerprint_pepper: str
    kms_key_arn: str = ""
    apple_push_application_arn: str = ""
    google_push_application_arn: str = ""

    @property
    def reaches_loopback(self) -> bool:
        """Whether recipes may name a receiver on the local stack's own machine."""
        return bool(self.allowed_networks)


class ExecutorSettings(DeliverySettings):
    """The executor also queues, retries, arms schedules, and sends webhooks and notifications."""

    runs_queue_url: str
    notification_sender: str = ""
    inbox_url: str = ""
    runs_queue_arn: str
    schedule_role_arn: str
    schedule_dead_letters_arn: str
    schedule_prefix: str
    signing_secret_arn: str
    survey_secret_arn: str
    surveys_url: str
    ingest_dead_letters_url: str
