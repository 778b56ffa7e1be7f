"""When attempts are made: the schedule that Standard Webhooks 1.0 publishes, in figures of its own (R12)."""

from datetime import datetime, timedelta

from inbox_recipes.deliveries import Answer, Delivery, after, next_attempt

PUBLISHED = [
    "0:00:05",
    "0:05:00",
    "0:30:00",
    "2:00:00",
    "5:00:00",
    "10:00:00",
    "14:00:00",
    "20:00:00",
    "24:00:00",
]
"""Hours, minutes and seconds before the second and every further attempt, as published."""


def published() -> list[timedelta]:
    parts = [[int(part) for part in text.split(":")] for text in PUBLISHED]
    return [timedelta(hours=hours, minutes=minutes, seconds=seconds) for hours, minutes, seconds in parts]


def a_delivery(number: int, now: datetime) -> Delivery:
    return Delivery(
        id=f"msg_{number}", kind="recipe", webhook="IT", endpoint_id="end_1", endpoint_url="https://a.example",
        method="POST", url="https://a.example", recipe_id="it", recipe_name="IT", run_id="run_1", position=0,
        about="mention", item_id="1_1", created_at=now, updated_at=now,
    )  # fmt: skip


def pauses(delivery: Delivery, now: datetime) -> list[timedelta]:
    """What a delivery waits between its attempts, if every one fails the moment it is made."""
    found: list[timedelta] = []
    due: datetime | None = now
    while due is not None:
        made, at = Answer("failed", "no answer").attempt(delivery, due), due
        due = next_attempt(delivery, made)
        delivery = after(delivery, made, due)
        found += [due - at] if due else []
    return found


def test_the_attempts_of_a_thousand_messages_come_when_the_published_schedule_says(now: datetime) -> None:
    """R12; each pause longer by up to a tenth"""
    waited = [pauses(a_delivery(number, now), now) for number in range(1000)]

    for of_one in waited:
        assert len(of_one) == len(PUBLISHED)
        for pause, wanted in zip(of_one, published(), strict=True):
            assert wanted <= pause <= wanted * 1.1


def test_what_failed_at_the_same_moment_does_not_come_back_at_the_same_moment(now: datetime) -> None:
    """Jitter is spread over the whole tenth."""
    firsts = sorted(pauses(a_delivery(number, now), now)[1].total_seconds() for number in range(1000))

    assert len(set(firsts)) > 990
    tenths = [sum(300 + 3 * n <= each < 303 + 3 * n for each in firsts) for n in range(10)]
    assert min(tenths) > 50
