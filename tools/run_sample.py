"""The sample, from rule book to timeline, against a running stack: `python -m tools.run_sample`.

Applies `sample/rule_book.yaml`, plays `sample/conversations.yaml` as customers and agents, waits
until nothing moves any more and prints what happened. Everything goes through the API, but for the
messages of the Facebook page, of which a Facebook that is played here tells; only the queues' depth
and the webhook secret are read from AWS itself. Each run posts under a number of its own (`--run`),
so that a second one adds new mentions; the same number again adds none.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import yaml

from tools import rule_book
from tools.api_client import STACK_FILE, Api, Json, connect
from tools.conversations import steps
from tools.platform_sandbox.server import Sandbox
from tools.play import Play, say
from tools.played_page import TOPIC, OrvanesPage, PlayedPage, connect_page
from tools.sent_words import sent
from tools.timeline import Sample, timeline
from tools.webhook_receiver import WebhookReceiver

SAMPLE = Path(__file__).parents[1] / "sample"
READERS = 4
STEP = 120
"""Seconds until a step on the Facebook page fails, for what it waits for does not come."""
QUEUES = ("runs_queue", "retry_queue")
QUEUE_DEPTHS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


@dataclass(frozen=True)
class Watch:
    """Looks at the stack from outside: what still moves, and what the histories say.

    `others` are the messages that were in the queues before the sample: retries of other webhooks, say.
    """

    api: Api
    sqs: Any
    mentions: list[str]
    cases: list[str]
    others: dict[str, int]

    def moving(self) -> list[str]:
        """What is still under way, in words; waits of other cases do not count."""
        ours = set(self.cases)
        waits = [
            wait
            for wait in self.api.everything("/waits")
            if wait["state"] == "armed" and wait["case_id"] in ours
        ]
        found = [f"waits armed: {len(waits)}"] if waits else []
        for name, count in in_queues(self.api, self.sqs).items():
            if (more := count - self.others[name]) > 0:
                found.append(f"messages in the {name.replace('_', ' ')}: {more}")
        return found

    def history(self) -> dict[str, list[Json]]:
        """Every entry of every mention and case, by its id."""
        paths = [f"/mentions/{id_}/history" for id_ in self.mentions]
        paths += [f"/cases/{id_}/history" for id_ in self.cases]
        entries = _all(lambda path: list(self.api.everything(path)), paths)
        return dict(zip([*self.mentions, *self.cases], entries, strict=True))

    def until_quiet(self, limit: float, settle: float) -> tuple[dict[str, list[Json]], str]:
        """The histories once two readings agree; past the limit, those of then and what moved."""
        deadline = time.monotonic() + limit
        before, told = None, ""
        while True:
            moving = self.moving()
            history = None if moving else self.history()
            if history is not None and history == before:
                return history, ""
            before = history
            state = ", ".join(moving) or "reading the histories until two readings agree"
            if time.monotonic() > deadline:
                return history or self.history(), state
            if state != told:
                say(f"  {state}")
                told = state
            time.sleep(settle)


def in_queues(api: Api, sqs: Any) -> dict[str, int]:
    """How many messages each queue has: ready, in hand and delayed."""
    depths = {}
    for name in QUEUES:
        url = api.stack["queues"][name]
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=QUEUE_DEPTHS)
        depths[name] = sum(map(int, answer["Attributes"].values()))
    return depths


def _in_order(mentions: list[Json]) -> list[Json]:
    """As they were posted; those of the page last, as they were written, for much is sent in between."""
    page = [each for each in mentions if each["topic"]["id"] == TOPIC]
    page.sort(key=lambda each: datetime.fromisoformat(each["date"]["published"]))
    return [each for each in mentions if each["topic"]["id"] != TOPIC] + page


def _all[Asked, Answer](ask: Callable[[Asked], Answer], about: Iterable[Asked]) -> list[Answer]:
    """Ask about several things at once; the answers in the same order."""
    with ThreadPoolExecutor(READERS) as readers:
        return list(readers.map(ask, about))


def _aws(service: str, stack: Json) -> Any:
    """A client for what the API does not show, at the stack's own endpoint."""
    keys = ("endpoint_url", "aws_access_key_id", "aws_secret_access_key")
    client: Any = boto3.client  # the service's name is not a literal here
    return client(service, region_name=stack["region"], **{key: stack[key] for key in keys})


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--stack", type=Path, default=STACK_FILE, help="what `make up` wrote")
    parser.add_argument("--sample", type=Path, default=SAMPLE, help="folder of the two YAML files")
    parser.add_argument("--run", default=str(int(time.time())), help="digits before every id")
    parser.add_argument("--limit", type=float, default=240, help="seconds until waiting fails")
    parser.add_argument("--settle", type=float, default=3, help="seconds between two looks")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    api = connect(options.stack)
    secrets = _aws("secretsmanager", api.stack)
    secret = secrets.get_secret_value(SecretId=api.stack["signing_secret_arn"])["SecretString"]
    told = yaml.safe_load((options.sample / "conversations.yaml").read_text(encoding="utf-8"))
    page = told.get("page")  # a sample of one's own may have none
    with (
        WebhookReceiver(secret) as receiver,
        Sandbox(api.stack["api_url"], facebook=OrvanesPage()) as sandbox,
    ):
        say(f"Applying the rule book to {api.stack['api_url']}; webhooks go to {receiver.url}")
        book = rule_book.load(options.sample / "rule_book.yaml", {"receiver": receiver.url})
        for line in rule_book.apply(api, book):
            say(f"  {line}")
        if page:
            say(f"  profile of the Facebook page: {connect_page(api, sandbox)}, played at {sandbox.url}")

        sqs = _aws("sqs", api.stack)
        others = in_queues(api, sqs)
        script = steps(told, book["topics"], options.run, datetime.now(UTC))
        say(f"{len(told['conversations'])} conversations come in, under run {options.run}")
        play = Play(api)
        play.act(script)
        played = PlayedPage(play, sandbox, page, options.run, min(options.limit, STEP)) if page else None
        stopped = played.act() if played else ""  # what has happened is worth reading all the same

        say("Waiting until nothing moves (a silent customer takes a minute)")
        answers = played.answers() if played else {}
        mentions = _in_order(_all(lambda id_: api.get(f"/mentions/{id_}"), [*play.results, *answers]))
        cases = list(dict.fromkeys(m["case_id"] for m in mentions if m.get("case_id")))
        watch = Watch(api, sqs, [m["unique_id"] for m in mentions], cases, others)
        history, still_moving = watch.until_quiet(options.limit, options.settle)

    result = Sample(
        mentions=mentions,
        cases=_all(lambda id_: api.get(f"/cases/{id_}"), cases),
        history=history,
        posted=Counter(play.results.values()),
        webhooks=receiver.received,
        answers=answers,
        sent=sent(sandbox.calls, TOPIC),
        moderation=played.records() if played else [],
    )
    say("\n".join(["", *timeline(result, colour=sys.stdout.isatty())]))
    say(f"\nMails of notifications are at {api.stack['endpoint_url']}/_ministack/ses/messages")
    if still_moving:
        raise SystemExit(f"Not quiet after {options.limit:g} seconds: {still_moving}.")
    if stopped:
        raise SystemExit(stopped)


if __name__ == "__main__":
    main()
