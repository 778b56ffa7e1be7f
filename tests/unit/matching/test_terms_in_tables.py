"""Every way to look for a term, in every kind of text: the tables answer as the operators do."""

import pytest

from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.matching import Matcher
from inbox_recipes.recipes import Recipe
from tests.builders import a_mention, a_recipe, a_rule_book, a_scene, an_occurrence, condition, group

TERMS = (
    "server", "SERVER", "server error", "error server", "server  error", "serv*", "server err*", '"rver e"',
    '"server"', "ete", "été", "1*", "C++", "e-mail", "mail", "請求", "請求書", "求*", '"求"', "😡",
    "👍🏽", "*",
    "#fail", "don't", "\u0939\u093f\u0928", "1\ufe0f\u20e3", "a1*", "👨\u200d👩\u200d👧", "_x",
)  # fmt: skip
TEXTS = (
    "", "Server error", "error: SERVER!", "the server\n\nerror", "servers erred", "my-server error2",
    "Été à Évian", "C++ or c", "e-mail", "e mail", "mailed", "請求書は二重", "請 求", "so 😡!", "👍", "#fail",
    "fail", "don\u2019t", "\u0939\u093f\u0928\u094d\u0926\u0940", "1\ufe0f\u20e3 12", "a1\u20e3 x", "a12 x",
    "👨\u200d👩\u200d👧 x",
    "a_x _x", "server\u00a0error", " 1 ", "İ SERVER ERROR ü",
)  # fmt: skip
OPERATORS = (
    *(f"contains_{how}{ending}" for how in ("any", "all", "none") for ending in ("", "_unaccented")),
    "starts_with",
)


def asks(operator: str, number: int, *terms: str) -> Recipe:
    asked = group("and", condition("content.text", operator, list(terms)))
    return a_recipe(f"{operator}-{number}", filter=asked)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("operator", OPERATORS)
def test_a_table_finds_a_term_where_the_operator_does(operator: str, text: str) -> None:
    scene = a_scene(a_mention("1", text), occurrence=an_occurrence())
    pairs = [(term,) for term in TERMS] + [(TERMS[place - 1], term) for place, term in enumerate(TERMS)]
    book = a_rule_book(*(asks(operator, number, *terms) for number, terms in enumerate(pairs)))
    row = FIELDS["content.text"]

    found = Matcher(book).candidates(an_occurrence(), scene)

    holding = [
        recipe for recipe, terms in zip(book.recipes, pairs, strict=True)
        if row.operators[operator].answer(row.read(scene), terms)[0]
    ]  # fmt: skip
    assert found == holding
