"""Buttons, and what customers type instead of choosing one."""

import pytest

from inbox_recipes.quick_replies import QuickReply, chosen, listed

TITLES = ("My order", "2 items", "A person")


@pytest.mark.parametrize(
    ("said", "place"),
    [("my  ORDER!", 0), ("A person.", 2), ("2", 1), (" 3) ", 2), ("2 items", 1), ("0", None), ("4", None),
     ("my orders", None), ("", None), ("!", None)],
)  # fmt: skip
def test_words_or_the_number_in_the_list_mean_a_button(said: str, place: int | None) -> None:
    assert chosen(said, TITLES) == place


def test_where_there_are_no_buttons_they_stand_in_the_text() -> None:
    buttons = [QuickReply(title=title, payload="x") for title in TITLES]

    assert listed("What is it about?", buttons) == (
        "What is it about?\n\n1. My order\n2. 2 items\n3. A person"
    )
    assert listed("Bye!", []) == "Bye!"
