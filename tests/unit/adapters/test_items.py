"""Models as items and back, over many mentions and cases: what was written is what a stream image says."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.adapters.items import (
    MENTION_ATTRIBUTES,
    MESSAGE_ATTRIBUTES,
    case_item,
    mention_item,
    origin,
    to_case,
    to_change,
    to_mention,
)  # fmt: skip
from inbox_recipes.changes import Change
from inbox_recipes.clock import to_millisecond
from inbox_recipes.inbox import Assignment, Case, CaseDates, Dates, Mention
from inbox_recipes.people import Actor
from inbox_recipes.ports import Transaction
from tests.builders import NOON, a_case, a_mention

IN_BODY = Mention.model_fields.keys() - {*MENTION_ATTRIBUTES, "assignment", "last_action"}

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
maybe_text = st.none() | text
followers = st.none() | st.integers(0, 2**40)
names = st.lists(text, max_size=3).map(tuple)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds
stamped = moments.map(to_millisecond)
assignments = st.builds(Assignment, users=names, teams=names)
actors = st.builds(
    Actor,
    kind=st.sampled_from(["agent", "recipe", "customer", "system"]),
    id=text,
    name=maybe_text,
    version=st.none() | st.integers(1, 9),
)


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    base = a_mention()
    part: dict[str, Any] = {
        "message": base.message.model_copy(
            update={
                "title": draw(maybe_text),
                "content": draw(text),
                "type": draw(maybe_text),
                "language": draw(maybe_text),
                "sentiment": draw(st.sampled_from([None, "positive", "neutral", "negative"])),
                "category": draw(maybe_text),
                "entities": base.message.entities.model_copy(update={"hashtag": draw(names)}),
            }
        ),
        "author": base.author.model_copy(
            update={"name": draw(maybe_text), "managed": draw(st.booleans()), "followers": draw(followers)}
        ),
        "location": base.location.model_copy(update={"country": draw(maybe_text), "city": draw(maybe_text)}),
        "private": draw(st.booleans()),
        "tags": draw(names),
        "status": draw(st.sampled_from(["new", "done", "sent"])),
        "assignment": draw(assignments),
        "case_id": draw(st.none() | st.just("cas_1")),
        "contact_id": draw(st.none() | st.just("con_1")),
        "date": Dates(published=draw(moments), added=draw(stamped)),
        "revision": draw(st.integers(1, 2**40)),
    }
    return Mention.model_validate(base.model_copy(update=part).model_dump())


@st.composite
def cases(draw: st.DrawFn) -> Case:
    part: dict[str, Any] = {
        "title": draw(text),
        "status": draw(st.sampled_from(["unresolved", "pending", "resolved"])),
        "priority": draw(st.sampled_from([None, "low", "critical"])),
        "tags": draw(names),
        "assignment": draw(assignments),
        "linked_case_id": draw(st.none() | st.just("cas_0")),
        "last_message_by": draw(st.sampled_from(["customer", "us"])),
        "last_message_at": draw(moments),
        "last_incoming_id": draw(st.none() | st.just("46283_7")),
        "last_reply_at": draw(st.none() | moments),
        "fence": draw(st.integers(0, 2**40)),
        "date": CaseDates(added=draw(stamped), updated=draw(moments)),
        "revision": draw(st.integers(1, 2**40)),
    }
    return Case.model_validate(a_case().model_copy(update=part).model_dump())


@given(mentions())
def test_a_mention_comes_back_as_it_was_written(mention: Mention) -> None:
    assert to_mention(plain(typed(mention_item(mention)))) == mention


@given(mentions())
def test_a_body_that_spells_everything_out_is_the_same_mention(mention: Mention) -> None:
    """As bodies were written before they left out what is as it is with most."""
    item = mention_item(mention)
    whole = mention.model_dump(mode="json", include=set(IN_BODY))
    for name in MESSAGE_ATTRIBUTES:
        del whole["message"][name]
    del whole["location"]["country"]

    spelled_out = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    assert len(item["body"]) < len(spelled_out)
    assert to_mention(plain(typed(item | {"body": spelled_out}))) == mention


@given(cases())
def test_a_case_comes_back_as_it_was_written(case: Case) -> None:
    assert to_case(plain(typed(case_item(case)))) == case


@settings(max_examples=50)
@given(
    st.tuples(st.none() | mentions(), mentions()) | st.tuples(st.none() | cases(), cases()),
    stamped,
    actors,
    st.lists(st.sampled_from(["rec_1", "rec_2"]), max_size=5).map(tuple),
)
def test_a_stream_record_is_the_change_that_made_it(
    pair: tuple[Any, Any], at: datetime, actor: Actor, chain: tuple[str, ...]
) -> None:
    before, after = pair
    write = mention_item if isinstance(after, Mention) else case_item
    earlier = origin(Transaction(actor=Actor(kind="system", id="x"), at=at))
    images = {"NewImage": typed(write(after) | origin(Transaction(actor=actor, at=at, chain=chain)))}
    if before:
        images["OldImage"] = typed(write(before) | earlier)

    change = to_change({"dynamodb": images})

    assert change == Change(before=before, after=after, at=at, actor=actor, chain=chain)


@given(mentions())
def test_what_conditions_and_lists_need_stands_beside_the_body(mention: Mention) -> None:
    item = mention_item(mention)

    assert (item["entity"], item["topic_key"], item["revision"]) == (
        "mention",
        "mention#46283",
        mention.revision,
    )
    assert item["listed_at"].endswith("Z#46283_1001")


def test_an_item_that_cannot_be_read_is_not_quoted_by_its_error() -> None:
    """R9: what a function dies of is in its log."""
    whole = mention_item(a_mention(text="My number is 4711"))
    made_by = origin(Transaction(actor=Actor(kind="system", id="x"), at=NOON))
    broken = {**whole, **made_by, "status": "my secret", "tags": 5}

    with pytest.raises(ValidationError) as refused:
        to_mention(broken)

    assert "4711" not in str(refused.value)
    assert "my secret" not in str(refused.value)
