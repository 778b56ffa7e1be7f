"""Filters as text over HTTP: reading, printing, and text wherever a filter is sent."""

from typing import Any

import pytest

from tests.builders import condition, group
from tests.unit.http.client import Client, recipe

TEXT = 'content:"double facturation" AND (language:fr OR country:FR) AND NOT tag:spam'
TREE = group(
    "and",
    condition("content.text", "contains_any", ["double facturation"]),
    group("or", condition("content.language", "is", "fr"), condition("locations.country", "is", "FR")),
    group("and", condition("tag.tags", "is_any_of", ["spam"]), negated=True),
)


@pytest.mark.parametrize("text", [TEXT, TEXT.replace(" ", "\n  ").replace("double\n  ", "double ")])
def test_a_text_is_read_as_a_tree_and_printed_in_its_canonical_form(client: Client, text: str) -> None:
    reply = client.call("POST", "/filters/parse", {"query": text})

    assert (reply.status, reply.body) == (200, {"filter": TREE, "query": TEXT})


def test_a_tree_is_printed_as_text(client: Client) -> None:
    assert client.call("POST", "/filters/print", {"filter": TREE}).body == {"query": TEXT}


def test_no_text_is_the_filter_that_holds_for_everything(client: Client) -> None:
    assert client.call("POST", "/filters/parse", {"query": " "}).body == {
        "filter": group("and"),
        "query": "*",
    }


def test_a_mistake_is_told_at_its_character(client: Client) -> None:
    reply = client.call("POST", "/filters/parse", {"query": "tag:spam AND\n  langauge:fr"})

    [error] = reply.body["errors"]
    assert (reply.status, error["pointer"]) == (422, "/query")
    assert error["detail"] == (
        "Line 2, column 3: There is no field 'langauge'. Did you mean language?\n  langauge:fr\n  ^"
    )
    assert "language" in error["allowed"]


@pytest.mark.parametrize(
    ("url", "body", "pointer"),
    [
        ("/filters/parse", {"query": 5}, "/query"),
        ("/filters/parse", {}, "/query"),
        ("/filters/parse", {"query": "", "filter": TREE}, "/filter"),
        ("/filters/parse", [], ""),
        ("/filters/print", {"filter": None}, "/filter"),
        ("/filters/print", {"filter": group("or")}, "/filter/rules"),
        ("/filters/print", {"filter": {"saved_filter_id": "angry"}}, "/filter/combinator"),
    ],
)
def test_what_is_no_text_and_no_tree_is_refused(client: Client, url: str, body: Any, pointer: str) -> None:
    reply = client.call("POST", url, body)

    assert reply.status == 422
    assert pointer in reply.pointers


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("recipes", recipe(filter={"query": TEXT})),
        ("saved-filters", {"name": "A", "filter": {"query": TEXT}}),
    ],
)
def test_a_filter_may_be_sent_as_text_and_is_kept_as_the_tree(client: Client, route: str, body: Any) -> None:
    assert client.create(route, "one", body).body["filter"] == TREE
    assert client.call("GET", f"/{route}/one").body["filter"] == TREE
    body = {**body, "filter": {"query": "*"}}
    put = client.call("PUT", f"/{route}/one", body, headers={"If-Match": "*"})
    assert put.body["filter"] == group("and")


@pytest.mark.parametrize(
    "before", [None, {"saved_filter_id": "angry"}, group("or", TREE), {"query": "tag:a"}]
)
def test_a_text_in_a_merge_patch_takes_the_place_of_the_filter(client: Client, before: Any) -> None:
    client.create("recipes", "rec_1", recipe(filter=before))

    reply = client.call("PATCH", "/recipes/rec_1", {"filter": {"query": TEXT}}, headers={"If-Match": "*"})

    assert (reply.status, reply.body["filter"]) == (200, TREE)


def test_a_mistake_in_the_text_of_a_recipe_is_told_there(client: Client) -> None:
    sent = recipe(filter={"query": "tag:"})
    client.create("recipes", "rec_1", recipe())
    for method, url, body, at in (
        ("POST", "/recipes", sent, ""),
        ("PATCH", "/recipes/rec_1", {"filter": sent["filter"]}, ""),
        ("POST", "/explain", {"recipe": sent, "unique_id": "46283_1001"}, "/recipe"),
    ):
        reply = client.call(method, url, body, headers={"If-Match": "*"})
        assert (reply.status, reply.pointers) == (422, [f"{at}/filter/query"])
        assert "Line 1, column 5: A value is wanted here" in reply.body["errors"][0]["detail"]


def test_a_bare_text_is_refused_with_the_form_that_is_taken(client: Client) -> None:
    client.create("recipes", "rec_1", recipe())
    for method, url, body in (
        ("POST", "/recipes", recipe(filter=TEXT)),
        ("PATCH", "/recipes/rec_1", {"filter": TEXT}),
    ):
        reply = client.call(method, url, body, headers={"If-Match": "*"})
        assert (reply.status, reply.pointers) == (422, ["/filter"])
        assert '{"query": "language:fr"}' in reply.body["errors"][0]["detail"]


def test_nothing_stands_beside_the_text(client: Client) -> None:
    reply = client.call("POST", "/recipes", recipe(filter={"query": TEXT, "combinator": "and"}))

    assert (reply.status, reply.pointers) == (422, ["/filter/combinator"])
    assert reply.body["errors"][0]["allowed"] == ["query"]


def test_a_recipe_that_is_not_saved_may_have_its_filter_as_text(client: Client) -> None:
    unique_id = client.take_in()

    for text, matched in (("private:true", True), ("private:false", False)):
        asked = recipe(filter={"query": text})
        reply = client.call("POST", "/explain", {"recipe": asked, "unique_id": unique_id})
        assert (reply.status, reply.body["matched"]) == (200, matched)
