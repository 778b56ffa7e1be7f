"""Customers' web applications in memory."""

from dataclasses import dataclass
from datetime import datetime

from inbox_recipes.effects import Call


@dataclass(frozen=True)
class Sent:
    """A request that went out."""

    call: Call
    delivery_id: str
    at: datetime


class FakeSecrets:
    """A secret store that tells tests what is in it."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.made = 0

    def keep(self, text: str) -> str:
        self.made += 1
        self.kept[f"sec_{self.made}"] = text
        return f"sec_{self.made}"

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)

    def read(self, name: str) -> str:
        return self.kept[name]


class FakeWebhooks:
    """Answers 200, or what `answers` holds next: a status or an error to raise."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.answers: list[int | Exception] = []

    def send(self, call: Call, delivery_id: str, at: datetime) -> int:
        self.sent.append(Sent(call, delivery_id, at))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer
