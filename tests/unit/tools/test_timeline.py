"""The timeline: what a care team's lead reads after the sample ran."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tools.entry_words import said
from tools.lines import WIDTH
from tools.timeline import Sample, timeline
from tools.webhook_receiver import Received

Json = dict[str, Any]

PARIS_IN_WINTER = timezone(timedelta(hours=1))
BILLING = {"kind": "recipe", "id": "billing-words", "name": "Billing words", "version": 3}
LEA = {"kind": "customer", "id": "con_1", "name": "lea", "version": None}
WOULD = [
    {"type": "assign", "users": [], "teams": ["community"]},
    {"type": "add_tags", "tags": ["praise"], "target": "mention"},
]
SYSTEM = {"kind": "system", "id": "ingest", "name": None, "version": None}


def a_mention(id_: str = "1", text: str = "Bonjour", **changes: Any) -> Json:
    given: Json = {
        "id": id_,
        "unique_id": f"46283_{id_}",
        "topic": {"id": "46283", "name": "Orvane France"},
        "message": {"content": text, "attachments": []},
        "source": {"service": "twitter", "in_reply_to_message_id": None},
        "author": {"id": "7", "name": "lea", "fullname": "Léa Brunel", "managed": False},
        "case_id": None,
    }
    return {**given, **changes}


def an_entry(type_: str, at: str = "10:00:00", **changes: Any) -> Json:
    given: Json = {
        "id": f"{type_}-{at}",
        "type": type_,
        "outcome": "done",
        "by": BILLING,
        "reason": None,
        "detail": {},
        "run_id": "r1",
        "position": 0,
        "date": {"added": f"2026-11-22T{at}Z"},
    }
    return {**given, **changes}


def a_webhook(**changes: Any) -> Received:
    at = datetime(2026, 11, 22, 10, 0, 9, tzinfo=UTC)
    given: Json = {"id": "msg_1", "at": at, "path": "/it", "body": a_mention(), "refusal": None}
    return Received(**given | changes)


def a_case(**changes: Any) -> Json:
    given: Json = {
        "id": "c1",
        "title": "#12 Date",
        "status": "resolved",
        "priority": None,
        "tags": [],
    }
    return {**given, **changes}


def a_sample(**changes: Any) -> Sample:
    given: dict[str, Any] = {
        "mentions": [a_mention()],
        "cases": [],
        "history": {},
        "posted": Counter({"created": 1}),
        "webhooks": [],
    }
    return Sample(**{**given, **changes})


def printed(sample: Sample) -> str:
    return "\n".join(timeline(sample, PARIS_IN_WINTER))


def test_a_case_is_told_in_the_order_of_time_over_both_logs() -> None:
    answer = a_mention("2", "Dans l'espace client.", case_id="c1", author={"id": "501", "managed": True})
    sample = a_sample(
        mentions=[a_mention(case_id="c1"), answer],
        cases=[a_case(assignment={"users": ["maud"], "teams": ["billing"]})],
        history={
            "46283_1": [
                an_entry("add_tags", "10:00:02", detail={"tags": ["billing"]}),
                an_entry("arrived", "10:00:00", by=SYSTEM, run_id=None),
            ],
            "46283_2": [],
            "c1": [
                an_entry("set_case_status", "10:01:07.5", detail={"status": "resolved"}),
                an_entry("case_created", "10:00:00", by=SYSTEM, run_id=None),
            ],
        },
    )
    assert timeline(sample, PARIS_IN_WINTER)[:9] == [
        "CASE | twitter | Léa Brunel | Orvane France",
        "  resolved | priority none | tags none | assigned to maud, billing | c1",
        "  m1  Léa Brunel: Bonjour",
        "  m2  us: Dans l'espace client.",
        "  11:00:00  m1    inbox                   arrived",
        "  11:00:00  case  inbox                   case opened",
        "  11:00:02  m1    Billing words  done     add tags: billing",
        "  11:01:07  case  Billing words  done     set the case to: resolved",
        "",
    ]


def test_what_happened_at_one_instant_keeps_the_order_of_its_log() -> None:
    text = printed(a_sample(history={"46283_1": [an_entry("assign"), an_entry("add_tags")]}))
    assert text.index("add tags") < text.index("assign to")


def test_a_public_thread_stays_together_and_a_lone_mention_alone() -> None:
    reply = a_mention("2", "idem")
    reply["source"] = {"service": "twitter", "in_reply_to_message_id": "1"}
    text = printed(a_sample(mentions=[a_mention(), a_mention("3", "Autre"), reply]))
    assert text.index("THREAD") < text.index("m2  Léa Brunel: idem") < text.index("MENTION")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            an_entry("recipe", outcome="skipped", reason="outside_business_hours"),
            "the whole recipe - outside business hours",
        ),
        (
            an_entry("recipe", outcome="shadow", detail={"occurrence_id": "x", "would": WOULD}),
            "would assign to: community, add tags: praise",
        ),
        (
            an_entry("status_changed", by=LEA, detail={"status": "unresolved", "previous": "new"}),
            "reopened by the customer's reply: unresolved (was new)",
        ),
        (an_entry("mention_added", detail={"unique_id": "46283_2"}), "message joins the case: m2"),
        (
            an_entry("edit", detail={"property": "category", "value": "left", "previous": None}),
            "edit: category, left",
        ),
        (
            an_entry("assign", detail={"users": [], "teams": ["a"], "previous": {"teams": ["b"]}}),
            "assign to: a (was b)",
        ),
        (
            an_entry("set_case_status", detail={"status": "resolved", "with_case": "c1"}),
            "resolved with its case",
        ),
        (
            an_entry("webhook", reason="HTTP 404", detail={"webhook": "IT", "attempts": 2}),
            "webhook: IT, attempts 2 - HTTP 404",
        ),
        (
            an_entry("wait", reason="the customer replied at 2026-11-22T10:00:09.120Z"),
            "wait - the customer replied at 11:00:09",
        ),
        (
            an_entry("wait", reason="waiting until 2026-11-24T10:00:00Z"),
            "wait - waiting until 24 Nov 11:00:00",
        ),
        (
            an_entry("moon_landing", detail={"crew": {"lander": 2}, "stages": [{"n": 1}, 2]}),
            "moon landing: crew lander 2, stages n 1, 2",
        ),
        (an_entry("odd", detail=None), "odd"),
    ],
)
def test_an_entry_in_words(entry: Json, words: str) -> None:
    assert said(entry, {"46283_2": "m2"}, PARIS_IN_WINTER) == words


def test_an_entry_of_an_unknown_type_outcome_and_doer_is_still_a_line() -> None:
    entry = an_entry("moon_landing", outcome="retried", by={"kind": "visitor"}, run_id=None)
    text = printed(a_sample(history={"46283_1": [entry]}))
    assert "visitor  retried  moon landing" in text


def test_no_line_is_wider_than_the_page() -> None:
    long_words = "un très long message 🎁 " * 20
    named = {**BILLING, "name": "A recipe with a name that goes on and on, as names sometimes do"}
    entry = an_entry("webhook", by=named, detail={"url": "http://x/" + "y" * 200, "note": "z " * 90})
    mention = a_mention(text=long_words, case_id="c1")
    mention["message"]["attachments"] = [{}, {}]
    sample = a_sample(
        mentions=[mention],
        cases=[a_case(title=long_words, tags=[f"tag {n}" for n in range(40)])],
        history={"46283_1": [entry]},
        webhooks=[a_webhook(refusal=long_words), a_webhook(body=a_mention(text=long_words))],
    )
    lines = timeline(sample, PARIS_IN_WINTER)
    assert max(map(len, lines)) <= WIDTH
    assert any(line.endswith("[2 attached]") for line in lines)


def test_the_summary_counts_mentions_cases_webhooks_and_each_recipes_outcomes() -> None:
    history = [
        an_entry("wait", run_id="r2", outcome="skipped", reason="customer_replied"),
        an_entry("assign"),
        an_entry("add_tags"),
        an_entry("status_changed", by={"kind": "agent", "name": "Nora"}),
    ]
    replied = an_entry("replied", run_id=None)
    sent = [an_entry("reply", detail={"outbox_id": "o1"}) for _ in ("mention", "case")]
    sample = a_sample(
        history={"46283_1": [*history, replied, sent[0]], "c1": [sent[1]]},
        cases=[a_case(), a_case(id="c2", status="pending")],
        webhooks=[a_webhook(), a_webhook(), a_webhook(refusal="No matching signature found")],
    )
    summary = printed(sample).partition("SUMMARY\n")[2]
    assert "mentions  1: 1 created" in summary
    assert "cases     2: 1 resolved, 1 pending" in summary
    assert "webhooks  3 received: 2 with a verified signature" in summary
    assert "1 refused: No matching signature found" in summary
    assert [" ".join(line.split()) for line in summary.splitlines()[-3:]] == [
        "recipe runs done skipped failed unknown shadow",
        "Billing words 2 3 1 0 0 0",
        "all 2 3 1 0 0 0",
    ]


def test_what_the_outbox_tells_in_several_logs_is_told_once() -> None:
    twice = [an_entry("reply", detail={"outbox_id": "o1", "state": state}) for state in ("sent", "sent")]
    sample = a_sample(
        mentions=[a_mention(case_id="c1")],
        cases=[a_case()],
        history={"46283_1": [twice[0], an_entry("resolve"), an_entry("resolve")], "c1": [twice[1]]},
    )
    lines = [line.split()[1:] for line in printed(sample).splitlines() if "Billing words  done" in line]
    told = [["m1", "Billing", "words", "done", deed] for deed in ("resolve", "resolve", "reply:")]
    assert [line[:5] for line in lines] == told


def test_what_was_sent_stands_with_what_it_answers_and_with_what_the_platform_got() -> None:
    got = an_entry(
        "was_sent_publicly",
        "10:00:03",
        by={"kind": "platform", "name": "Facebook"},
        detail={"text": "At ten"},
        run_id=None,
    )
    sample = a_sample(
        mentions=[
            a_mention(case_id="c1"),
            a_mention("2", "At ten", author={"id": "501", "managed": True}),
        ],
        cases=[a_case()],
        answers={"46283_2": "46283_1"},
        sent={"46283_2": [got]},
    )
    lines = timeline(sample, PARIS_IN_WINTER)
    assert lines[3:5] == [
        "  m2  us: At ten",
        "  11:00:03  m2    Facebook           was sent, in public: At ten",
    ]


def test_the_record_of_an_act_says_who_decided_and_what_was_found() -> None:
    clauses = [
        {"wanted": {"content.text": {"contains_any": ["nul"]}}, "got": ["nul"]},
        {"wanted": {"author.name": {"is_not_set": None}}, "got": None},
    ]
    act: Json = {
        "created_at": "2026-11-22T10:00:00Z",
        "what": "hide",
        "state": "done",
        "text": "C'est nul",
        "by": {"kind": "recipe", "id": "r", "name": "Rude words"},
        "clauses": clauses,
        "note": None,
    }
    by_hand = {**act, "by": {"id": "maud", "name": None}, "clauses": [], "note": "private data"}
    told = printed(a_sample(moderation=[act, by_hand])).partition("REMOVED FROM A PLATFORM")[2]
    assert told.splitlines()[1:5] == [
        "  11:00:00  hide, done, by Rude words: C'est nul",
        "            because content.text contains any nul (nul), author.name is not set (nothing)",
        "  11:00:00  hide, done, by maud: C'est nul",
        "            because private data",
    ]


def test_the_webhooks_that_arrived_are_shown() -> None:
    about_a_case = {"case": a_case(), "mention": a_mention(text="Au secours")}
    webhooks = [a_webhook(), a_webhook(body=about_a_case, path="/crm"), a_webhook(body="?", refusal="forged")]

    shown = printed(a_sample(webhooks=webhooks)).partition("WEBHOOKS")[2].splitlines()

    assert shown[1:4] == [
        "  11:00:09  /it                   signature verified  Léa Brunel: Bonjour",
        "  11:00:09  /crm                  signature verified  the case of Léa Brunel: Au secours",
        "  11:00:09  /it                   refused: forged     -",
    ]


def test_an_agent_without_a_name_is_somebody_at_the_api() -> None:
    entry = an_entry("status_changed", by={"kind": "agent", "id": "NJEGZI3fzFe2", "name": None})
    assert "agent, over the API" in printed(a_sample(history={"46283_1": [entry]}))


def test_colour_comes_only_when_asked_for() -> None:
    sample = a_sample(history={"46283_1": [an_entry("resolve")]})
    assert "\x1b[32mdone   \x1b[0m" in "\n".join(timeline(sample, PARIS_IN_WINTER, colour=True))
    assert "\x1b" not in printed(sample)
