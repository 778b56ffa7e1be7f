"""Every size has a limit: what is at it is taken, one above is refused by a problem that names it (R17)."""

import json
from typing import Any

import pytest

from inbox_recipes.adapters.attribute_values import typed
from inbox_recipes.adapters.items import mention_item
from inbox_recipes.adapters.ledger_items import history_item
from inbox_recipes.arrivals import View, admit
from inbox_recipes.configuration import BODY_LIMIT
from inbox_recipes.errors import InvalidInput
from inbox_recipes.flows.ingest import parsed
from inbox_recipes.history import LARGEST_DETAIL, LONGEST_REASON, HistoryDate, HistoryEntry, Line
from inbox_recipes.inbox import CONTENT_LIMIT, MENTION_LIMIT, IncomingMention
from tests.builders import NOON, NORA, a_rule_book, condition, group, posted
from tests.unit.http.client import Client, recipe

LARGEST_ITEM = 350_000
"""Bytes; DynamoDB takes 400 kB."""
TOPICS = a_rule_book().topics


def refusal_of(mention: dict[str, Any]) -> str | None:
    try:
        parsed(mention, TOPICS)
    except InvalidInput as refused:
        [problem] = refused.problems
        return f"{problem.pointer}: {problem.detail}"
    return None


def size(mention: dict[str, Any]) -> int:
    return len(IncomingMention.model_validate(mention).model_dump_json().encode())


def attachments(number: int) -> dict[str, Any]:
    return posted(message__attachments=[{"type": "image"}] * number)


@pytest.mark.parametrize(
    ("mention", "pointer", "limit"),
    [
        (lambda over: posted(text="x" * (CONTENT_LIMIT + over)), "/message/content", "64000"),
        (lambda over: attachments(50 + over), "/message/attachments", "50"),
        (lambda over: posted() | {"tags": [str(n) for n in range(100 + over)]}, "/tags", "100"),
        (lambda over: posted() | {"tags": ["x" * (100 + over)]}, "/tags/0", "100"),
        (lambda over: posted(message__title="x" * (500 + over)), "/message/title", "500"),
        (lambda over: posted(source__url="x" * (2048 + over)), "/source/url", "2048"),
    ],
    ids=["content", "attachments", "tags", "tag", "title", "url"],
)
def test_a_mention_at_its_limits(mention: Any, pointer: str, limit: str) -> None:
    assert refusal_of(mention(0)) is None
    told = refusal_of(mention(1))
    assert told is not None
    assert told.startswith(f"{pointer}: ")
    assert limit in told


def test_a_whole_mention_of_the_largest_size_is_taken_and_fits_in_its_item() -> None:
    def sized(extra: int) -> dict[str, Any]:
        links = ["x" * 2048] * 50
        mention = posted(text="é" * CONTENT_LIMIT, message__entities={"url": links, "user": [""]})
        room = MENTION_LIMIT + extra - size(mention)
        whole, rest = divmod(room, 500 + len('"",'))
        half = (rest + 503) // 2
        users = ["y" * 500] * (whole - 1) + ["y" * (half - 3), "y" * (rest + 503 - half - 3)]
        mention["message"]["entities"]["user"] = ["", *users]
        return mention

    largest = parsed(sized(0), TOPICS)
    assert size(sized(0)) == MENTION_LIMIT
    assert "at most 300000 bytes" in (refusal_of(sized(1)) or "")

    [write, *_] = admit(largest, View(), NOON).writes
    item = typed(mention_item(write.after))  # type: ignore[arg-type]
    assert len(json.dumps(item, ensure_ascii=False).encode()) < LARGEST_ITEM


def conditions(number: int) -> dict[str, Any]:
    return group("or", *[condition("author.followers", "gt", n) for n in range(number)])


def nested(depth: int) -> dict[str, Any]:
    tree = group("and", condition("author.followers", "gt", 1))
    for _ in range(depth - 1):
        tree = group("and", tree)
    return tree


@pytest.mark.parametrize(
    ("changed", "pointer", "limit"),
    [
        (lambda over: {"filter": conditions(200 + over)}, "/filter", "200"),
        (lambda over: {"filter": nested(8 + over)}, "/filter", "8"),
        (lambda over: {"actions": [{"type": "resolve"}] * (50 + over)}, "/actions", "50"),
        (lambda over: {"name": "x" * (200 + over)}, "/name", "200"),
    ],
    ids=["conditions", "depth", "actions", "name"],
)
def test_a_recipe_at_its_limits(client: Client, changed: Any, pointer: str, limit: str) -> None:
    at = client.call("PUT", "/recipes/r", recipe(**changed(0)), headers={"If-None-Match": "*"})
    over = client.call("PUT", "/recipes/q", recipe(**changed(1)), headers={"If-None-Match": "*"})

    assert at.status == 201, at.body
    assert over.status == 422
    assert any(each.startswith(pointer) for each in over.pointers), over.body
    assert limit in json.dumps(over.body["errors"])


def test_a_whole_recipe_of_the_largest_size(client: Client) -> None:

    hook = {"type": "webhook", "name": "W", "url": "https://example.com", "method": "POST"}
    actions = [{**hook, "name": f"W{n}", "body": json.dumps("x" * 10_000)} for n in range(5)]

    def sized(more: int) -> dict[str, Any]:
        return recipe(actions=[*actions, {**hook, "name": "last", "body": json.dumps("x" * more)}])

    def put(member_id: str, more: int) -> Any:
        return client.call("PUT", f"/recipes/{member_id}", sized(more), headers={"If-None-Match": "*"})

    low, high = 1, 19_997
    while low < high:
        middle = (low + high + 1) // 2
        if put(f"r{middle}", middle).status == 201:
            low = middle
        else:
            high = middle - 1
    refused = put("over", low + 1)
    assert refused.status == 422
    assert str(BODY_LIMIT) in json.dumps(refused.body)


def a_line(reason: str | None = None, **detail: Any) -> HistoryEntry:
    return HistoryEntry(
        id="1", type="webhook", outcome="failed", by=NORA, reason=reason, detail=detail, run_id=None,
        position=None, date=HistoryDate(added=NOON),
    )  # fmt: skip


@pytest.mark.parametrize(("over", "cut"), [(0, False), (1, True)])
def test_a_line_at_its_limits(over: int, cut: bool) -> None:
    room = LARGEST_DETAIL - len('{"status": 1, "text": ""}')
    line = a_line("r" * (LONGEST_REASON + over), status=1, text="é" * (room + over))

    assert line.detail.get("cut", False) == cut
    assert line.detail["status"] == 1
    assert (line.reason or "").endswith("…") == cut
    assert len(line.reason or "") == LONGEST_REASON
    assert len(json.dumps(line.detail, ensure_ascii=False)) <= LARGEST_DETAIL


def test_a_line_of_the_largest_size_is_small() -> None:
    line = a_line("r" * 100_000, **{f"k{n}": ["x" * 1000] * 100 for n in range(100)})

    item = history_item(Line(log="case", item_id="cas_1", entry=line), 0)
    assert len(item["entry"]) < LONGEST_REASON + LARGEST_DETAIL + 500
    assert line.detail["k0"].startswith('["xxx')


@pytest.mark.parametrize(
    "path", ["/waits?recipe_id=", "/runs?recipe_id=", "/outbox?profile=", "/mentions?tag="]
)
def test_a_query_at_its_limits_r17(client: Client, path: str) -> None:
    """No table holds a key of more than 2,048 bytes, and asking for one is an error there."""
    refused = client.call("GET", path + "é" * 501)

    assert refused.status == 422
    assert refused.body["errors"][0]["detail"] == "This can have 1000 bytes at most."
    assert refused.pointers == ["?" + path.partition("?")[2].strip("=")]
    assert client.call("GET", path + "é" * 500).status == 200


@pytest.mark.parametrize(
    ("path", "field", "body"),
    [
        ("users", "/disabled", {"name": "Nora", "disabled": 0}),
        ("saved-filters", "/filter/rules/0/not",
         {"name": "Upset", "filter": {"combinator": "or", "rules": [
             {"combinator": "and", "not": "no", "rules": []}]}}),
        ("signing-keys/rotate", "/drop_previous", {"drop_previous": 1}),
    ],
)  # fmt: skip
def test_yes_and_no_are_true_and_false_and_nothing_else_r17(
    client: Client, path: str, field: str, body: Any
) -> None:
    refused = client.call("POST", f"/{path}", body)

    assert refused.status == 422
    assert (field, "This must be true or false.") in [
        (error["pointer"], error["detail"]) for error in refused.body["errors"]
    ]


@pytest.mark.parametrize("at", [1763812800, 0.5, "1763812800"])
def test_a_moment_is_a_text_and_no_number_r17(at: Any) -> None:
    """Whether it counts seconds or milliseconds, nobody could know."""
    assert refusal_of(posted(date__published=at)) == (
        "/date/published: This is a number. A moment is written as in 2026-11-22T10:00:00Z."
    )
