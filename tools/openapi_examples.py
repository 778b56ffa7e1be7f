"""Bodies that can be sent as they are, by the summary of their operation. A test sends them."""

from typing import Any

MENTION = {
    "id": "1001",
    "topic": {"id": "46283"},
    "message": {"content": "Double facturation ce mois-ci !", "language": "fr", "sentiment": "negative"},
    "source": {"service": "facebook", "profile": "page-1"},
    "author": {"id": "u77", "name": "customer77", "followers": 12},
    "private": True,
    "date": {"published": "2026-11-22T10:00:00Z"},
}

BILLING = {
    "name": "Billing goes to the billing team",
    "trigger": {"type": "arrival", "objects": ["mention"]},
    "topics": ["46283"],
    "filter": {
        "combinator": "and",
        "rules": [
            {"field": "status.type", "operator": "is_not", "value": "sent"},
            {"field": "content.text", "operator": "contains_any", "value": ["facture", "facturation"]},
        ],
    },
    "actions": [{"type": "add_tags", "tags": ["billing"]}, {"type": "assign", "teams": ["billing"]}],
    "mode": "enabled",
}

SILENCE = {
    "name": "Resolve silent cases",
    "trigger": {"type": "case_status_changed", "to": "pending"},
    "topics": ["46283"],
    "actions": [
        {"type": "wait", "minutes": 30, "unless": "customer_replies"},
        {"type": "set_case_status", "status": "resolved"},
    ],
    "mode": "shadow",
}

OUT_OF_HOURS = {
    "name": "Tell the duty manager out of hours",
    "trigger": {"type": "mention_in_case"},
    "topics": ["46283"],
    "filter": {"saved_filter_id": "upset"},
    "hours": {"when": "outside", "schedule_id": "office"},
    "actions": [{"type": "webhook", "name": "Duty manager", "url": "https://example.com/duty"}],
}

SAVED_FILTER = {
    "name": "Upset, and many people listen",
    "filter": {
        "combinator": "or",
        "rules": [
            {"field": "content.sentiment", "operator": "is", "value": "negative"},
            {"field": "author.followers", "operator": "gt", "value": 10000},
        ],
    },
}

SAVED_TEXT = {
    "name": "Billing, in French",
    "filter": {"query": 'content:"double facturation" AND (language:fr OR country:FR) AND NOT tag:spam'},
}

SCHEDULE = {
    "name": "Office hours",
    "timezone": "Europe/Paris",
    "periods": [
        {"dayofweek": 1, "start": "0900", "end": "1230"},
        {"dayofweek": 1, "start": "1330", "end": "1800"},
    ],
    "holidays": ["2026-12-25"],
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "Create a recipe with an id made by the API": {
        "billing": BILLING,
        "silence": SILENCE,
        "out_of_hours": OUT_OF_HOURS,
    },
    "Create a saved filter with an id made by the API": {"upset": SAVED_FILTER, "text": SAVED_TEXT},
    "Create a schedule with an id made by the API": {"office": SCHEDULE},
    "Create a topic with an id made by the API": {
        "france": {"name": "Orvane France", "project": {"id": "9", "name": "Care"}}
    },
    "Create a user with an id made by the API": {
        "nora": {"name": "Nora Quesnel", "email": "nora@example.com", "teams": ["billing"]}
    },
    "Create a team with an id made by the API": {"billing": {"name": "Billing"}},
    "Change parts of a recipe (JSON merge patch)": {"switch_on": {"mode": "enabled"}},
    "Take in one mention, or up to 100": {"one": MENTION, "batch": {"mentions": [MENTION]}},
    "Change a mention's status, tags, assignment or properties": {
        "resolve": {"status": "done", "tags": ["billing"]},
        "assign": {"assignment": {"teams": ["billing"]}},
    },
    "Change a case's status, tags, assignment or priority": {
        "to_pending": {"status": "pending"},
        "urgent": {"priority": "high"},
    },
    "Read a filter from text": {"billing": SAVED_TEXT["filter"]},
    "Print a filter as text": {"upset": {"filter": SAVED_FILTER["filter"]}},
    "Explain why a recipe acts on something, or does not": {
        "try_it": {"recipe": BILLING, "mention": MENTION},
        "why_not": {"recipe_id": "rec_1", "unique_id": "46283_1001"},
    },
}
