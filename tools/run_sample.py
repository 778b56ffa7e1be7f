"""The sample, from rule book to timeline, against a running stack: `python -m tools.run_sample`.

Applies `sample/rule_book.yaml`, plays `sample/conversations.yaml` as customers and agents, waits
until nothing moves any more and prints what happened. Everything goes through the API; only the
queues' depth and the webhook secret are read from AWS itself. Each run posts under a number of its
own (`--run`), so that a second one adds new mentions; the same number again adds none.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import requests
import yaml

from tools import rule_book
from tools.api_client import STACK_FILE, Api, ApiError, Json, connect
from tools.conversations import Step, steps
from tools.timeline import Sample, opening, timeline
from tools.webhook_receiver import WebhookReceiver

SAMPLE = Path(__file__).parents[1] / "sample"
BATCH = 25
READERS = 4
QUEUES = ("runs_queue", "retry_queue")
QUEUE_DEPTHS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


def say(text: str) -> None:
    print(text, flush=True)


@dataclass
class Play:
    """Customers and agents at work on one stack; `results` is the answer to each mention."""

    api: Api
    results: dict[str, str] = field(default_factory=dict)

    def act(self, script: list[Step]) -> None:
        """Do every step, with the pauses between; mentions that come together go out together."""
        done = timedelta(0)
        for (after, status), together in itertools.groupby(
            script, lambda step: (step.after, step.case_status)
        ):
            time.sleep((after - done).total_seconds())
            done = after
            if status is None:
                for batch in itertools.batched(together, BATCH, strict=False):
                    self.post(batch)
            else:
                for step in together:
                    self.set_case_status(step.unique_id, status)

    def post(self, batch: tuple[Step, ...]) -> None:
        """Post one mention alone or several in a batch; a refused one ends the sample in words."""
        if len(batch) == 1:
            mention = batch[0].mention
            author = mention["author"]
            who = "we answer" if author["managed"] else f"{author['fullname']} writes"
            answers = [self.api.post("/mentions", mention)]
            say(f"  {who}: {opening(mention, 70)}")
        else:
            body = {"mentions": [step.mention for step in batch]}
            answers = self.api.post("/mentions", body)["data"]
            say(f"  {len(batch)} mentions in one batch")
        for step, answer in zip(batch, answers, strict=True):
            if "errors" in answer:
                raise SystemExit(f"Mention {step.unique_id} was refused: {answer['errors']}")
            self.results[step.unique_id] = answer["result"]

    def set_case_status(self, unique_id: str, status: str) -> None:
        """An agent changes the mention's case, and looks again if somebody changed it meanwhile."""
        if self.results[unique_id] == "duplicate":
            return  # this run was played before, and the agent acted then
        case_id = self.api.get(f"/mentions/{unique_id}")["case_id"]
        path = f"/cases/{case_id}"
        for _ in range(5):
            case, etag = self.api.read(path) or ({}, "*")
            try:
                self.api.call("PATCH", path, {"status": status}, headers={"If-Match": etag})
            except ApiError as problem:
                if problem.status != requests.codes.precondition_failed:
                    raise
            else:
                say(f"  an agent sets a case to {status}: {case.get('title') or case_id}")
                return
        raise SystemExit(f"Case {case_id} kept changing while an agent tried to set it to {status}.")


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
    with WebhookReceiver(secret) as receiver:
        say(f"Applying the rule book to {api.stack['api_url']}; webhooks go to {receiver.url}")
        book = rule_book.load(options.sample / "rule_book.yaml", {"receiver": receiver.url})
        for line in rule_book.apply(api, book):
            say(f"  {line}")

        sqs = _aws("sqs", api.stack)
        others = in_queues(api, sqs)
        script = steps(told, book["topics"], options.run, datetime.now(UTC))
        say(f"{len(told['conversations'])} conversations come in, under run {options.run}")
        play = Play(api)
        play.act(script)

        say("Waiting until nothing moves (a silent customer takes a minute)")
        mentions = _all(lambda id_: api.get(f"/mentions/{id_}"), play.results)
        cases = list(dict.fromkeys(m["case_id"] for m in mentions if m.get("case_id")))
        watch = Watch(api, sqs, list(play.results), cases, others)
        history, still_moving = watch.until_quiet(options.limit, options.settle)

    result = Sample(
        mentions=mentions,
        cases=_all(lambda id_: api.get(f"/cases/{id_}"), cases),
        history=history,
        posted=Counter(play.results.values()),
        webhooks=receiver.received,
    )
    say("\n".join(["", *timeline(result, colour=sys.stdout.isatty())]))
    say(f"\nMails of notifications are at {api.stack['endpoint_url']}/_ministack/ses/messages")
    if still_moving:
        raise SystemExit(f"Not quiet after {options.limit:g} seconds: {still_moving}.")


if __name__ == "__main__":
    main()
