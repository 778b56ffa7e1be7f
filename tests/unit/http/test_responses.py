"""Canned responses through the API: saved whole or refused by name, and kept while something needs them."""

from typing import Any

import pytest

from tests.unit.http.client import Client

HELLO = {"name": "Hello", "content": {"type": "message", "text": "Hello [author.name]!"}}
CSAT = {"name": "How was it?", "content": {"type": "csat", "question": "Are you satisfied, [author.name]?"}}


def flow(*steps: dict[str, Any], **content: Any) -> dict[str, Any]:
    return {
        "name": "Orders",
        "content": {"type": "flow", "fallback": "Please choose.", "steps": steps, **content},
    }


def step(step_id: str, *buttons: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"id": step_id, **(said or {"text": "What is it about?"}), "buttons": buttons}


def button(title: str, **does: Any) -> dict[str, Any]:
    return {"title": title, **does}


ORDERS = flow(
    step("start", button("My order", next="order", tags=["order"]), button("A person", hand_over=True)),
    step("order", button("Back", next="start"), button("Thanks", status="resolved", next="bye")),
    step("bye", text="Good bye!"),
)


def test_every_type_is_kept_as_it_was_written_with_versions(client: Client) -> None:
    written: dict[str, dict[str, Any]] = {"hello": HELLO, "csat": CSAT, "orders": ORDERS}
    for member_id, body in written.items():
        made = client.create("responses", member_id, body)
        assert made.body["content"]["type"] == body["content"]["type"]

    shown = client.call("GET", "/responses/orders")
    assert shown.body["content"]["steps"][0]["buttons"][0] == {
        "title": "My order", "next": "order", "tags": ["order"], "status": None, "hand_over": False,
    }  # fmt: skip
    stale = client.call("PUT", "/responses/csat", CSAT, headers={"If-Match": '"7"'})
    changed = client.call("PUT", "/responses/csat", {**CSAT, "labels": ["care"]}, headers={"If-Match": '"1"'})
    assert (stale.status, changed.status, changed.body["version"]) == (412, 200, 2)
    assert [each["id"] for each in client.call("GET", "/responses").body["data"]] == [
        "csat", "hello", "orders",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "detail", "allowed"),
    [
        ("Hello [author.nam]", "There is no variable [author.nam]. Did you mean [author.name]?",
         "author.name"),
        ("[mention]", "[mention] cannot stand in a text for customers.", "author.name"),
        ("From [webhook.name]", "[webhook.name] cannot stand in a text for customers.", "case.id"),
    ],
)  # fmt: skip
def test_variables_are_checked_when_it_is_saved(client: Client, text: str, detail: str, allowed: str) -> None:
    """A28."""
    body = {"name": "Hello", "content": {"type": "message", "text": text}}

    refused = client.call("POST", "/responses", body)

    [error] = refused.body["errors"]
    assert (refused.status, error["pointer"], error["detail"]) == (422, "/content/text", detail)
    assert allowed in error["allowed"]


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        (flow(step("a", button("Go", next="b"))), "/content/steps/0/buttons/0/next",
         "There is no step 'b'."),
        (flow(step("a", button("Go")), step("b", text="x")), "/content/steps/1/id",
         "No button leads to the step 'b'."),
        (flow(step("a", button("Go")), step("a")), "/content/steps/1/id", "There is another step 'a'."),
        (flow(step("a")), "/content/steps/0/buttons",
         "The first step needs buttons: a text alone is a message."),
        (flow(step("a", button("Go"), button("GO!"))), "/content/steps/0/buttons/1/title",
         "There is another button 'GO!'."),
        (flow(step("a", button("Go", next="a", hand_over=True))), "/content/steps/0/buttons/0/next",
         "The flow is over with this button: the step 'a' cannot have buttons."),
        (flow(step("a", button("Go"), text="x", response_id="y")), "/content/steps/0/text",
         "A step has a text of its own, or the id of a prepared message."),
        (flow(step("a", *[button(f"Go {n}") for n in range(14)])), "/content/steps/0/buttons",
         "This can have 13 of them at most."),
        (flow(step("a", button("G" * 21))), "/content/steps/0/buttons/0/title",
         "This can have 20 characters at most."),
        (flow(step("a", button("Go"), response_id="none")), "/content/steps/0/response_id",
         "There is no response with the id 'none'."),
        (flow(step("a", button("Go"), response_id="csat")), "/content/steps/0/response_id",
         "'csat' is a csat: a step says a prepared message."),
        ({"name": "x", "content": {"type": "chat"}}, "/content/type", "There is no type 'chat'."),
    ],
)  # fmt: skip
def test_a_flow_that_cannot_be_gone_through_is_refused(
    client: Client, body: dict[str, Any], pointer: str, detail: str
) -> None:
    """Row 90: unknown targets, steps nobody comes to, and what a platform does not take."""
    client.create("responses", "csat", CSAT)

    refused = client.call("POST", "/responses", body)

    assert refused.status == 422
    assert (refused.body["errors"][0]["pointer"], refused.body["errors"][0]["detail"]) == (pointer, detail)


@pytest.mark.parametrize(("clicks", "fits"), [(20, True), (21, False)])
def test_a_flow_is_twenty_clicks_deep_at_most(client: Client, clicks: int, fits: bool) -> None:
    """R17."""
    steps = [step(f"s{n}", button("On", next=f"s{n + 1}")) for n in range(clicks)]

    answer = client.call("POST", "/responses", flow(*steps, step(f"s{clicks}", text="There.")))

    assert answer.status == (201 if fits else 422)


def test_what_a_flow_says_stays_a_message_and_stays(client: Client) -> None:
    client.create("responses", "hello", HELLO)
    client.create("responses", "orders", flow(step("a", button("Go"), response_id="hello")))

    deleted = client.call("DELETE", "/responses/hello", headers={"If-Match": '"1"'})
    changed = client.call("PUT", "/responses/hello", CSAT, headers={"If-Match": '"1"'})

    assert (deleted.status, "response 'Orders' (orders)" in deleted.body["detail"]) == (409, True)
    assert (changed.status, changed.pointers) == (422, ["/content/type"])
