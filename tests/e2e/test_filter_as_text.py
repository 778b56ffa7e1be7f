"""A filter sent as text, through the real template: read in the API, decided by the evaluator."""

from tests.e2e.account import Account
from tests.e2e.stack import wait_until

TEXT = 'content:"double facturation" AND (language:fr OR country:FR) AND NOT tag:spam'


def test_a_recipe_whose_filter_is_sent_as_text_acts_on_what_the_text_says(account: Account) -> None:
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter={"query": TEXT},
        actions=[{"type": "add_tags", "tags": ["billing"]}],
    )
    kept = account.api.get(f"/recipes/{recipe}")["filter"]

    unique_id = account.write("Double facturation ce mois-ci !")
    other = account.write("Double facturation", tags=["spam"])

    assert account.api.post("/filters/print", {"filter": kept}) == {"query": TEXT}
    assert account.api.post("/filters/parse", {"query": TEXT}) == {"filter": kept, "query": TEXT}
    wait_until(lambda: account.lines(f"/mentions/{unique_id}", recipe))
    assert account.mention(unique_id)["tags"] == ["billing"]
    assert account.lines(f"/mentions/{other}", recipe) == []
