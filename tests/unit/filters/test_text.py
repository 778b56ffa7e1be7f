"""How terms are found in text: words, phrases, case, accents, scripts (domain section 2; row 28)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_recipes.filters.text import found, is_quoted


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        ("facture", "Ma FACTURE est fausse", True),
        ("facture", "Double facturation", False),
        ("facture", "facture", True),
        ("facture", "(facture)", True),
        ("facture", "facture_2", False),
        ("été", "cet ÉTÉ", True),
        ("été", "cet ete", False),
        ("e\u0301te\u0301", "cet été", True),
        ("straße", "STRASSE", True),
        ("double charge", "a double   charge", True),
        ("double charge", "a double\ncharge", True),
        ("double charge", "double the charge", False),
        ("double charge", "doubled charge", False),
        ("c++", "I love C++!", True),
        ("c++", "c+", False),
        (".net", "dotnet .NET core", True),
        ("#help", "please #help me", True),
        ("#help", "please #helpme", False),
        ("50%", "50% off", True),
        ("50%", "150% off", False),
        ("crash", "", False),
        ("退款", "我要退款!", True),
        ("คืนเงิน", "ขอคืนเงินด้วย", True),
        ("払い戻し", "払い戻しをお願いします", True),
        ("🔥", "so🔥good", True),
        ("환불", "환불해 주세요", False),
        ("пароль", "Забыл ПАРОЛЬ!", True),
        (".*", "anything", False),
        ("a.c", "abc", False),
    ],
)
def test_a_bare_term_is_found_as_whole_words_in_any_case(term: str, text: str, is_found: bool) -> None:
    assert found((term,), text) == ([term] if is_found else [])


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        ('"factur"', "Double FACTURATION", True),
        ('"double charge"', "a double charge", True),
        ('"double charge"', "a double  charge", False),
        ('"a.c"', "abc", False),
        ('"é"', "cafe", False),
        ('""', 'nothing between ""', True),
        ('"', 'a " alone', True),
    ],
)
def test_a_quoted_term_is_found_literally_also_inside_a_word(term: str, text: str, is_found: bool) -> None:
    assert found((term,), text) == ([term] if is_found else [])


def test_the_terms_that_are_found_keep_their_order() -> None:
    assert found(("zebra", "apple", "none"), "an apple, a zebra") == ["zebra", "apple"]


def test_two_quotes_need_something_between_them() -> None:
    assert (is_quoted('"a"'), is_quoted('""'), is_quoted("a")) == (True, False, False)


LETTERS = "abcéß你🔥 .+*?[]()"
words = st.text(alphabet=LETTERS, min_size=1, max_size=8).filter(lambda word: word.strip() == word)


@given(words, words, words)
def test_a_term_between_spaces_is_always_found(before: str, term: str, after: str) -> None:
    assert found((term,), f"{before} {term} {after}") == [term]


@given(words, st.text(alphabet=LETTERS, max_size=30))
def test_case_never_matters(term: str, text: str) -> None:
    assert bool(found((term,), text)) == bool(found((term,), text.upper()))
