"""How terms are found in text: words, phrases, case, accents, scripts, emoji (domain section 2; row 28)."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inbox_recipes.filters.scripts import SPACELESS, WORD
from inbox_recipes.filters.text import (
    cut,
    fold,
    found,
    is_quoted,
    tokens,
    unaccented,
    unspaced,
    words_in,
)  # fmt: skip

FAMILY, PROGRAMMER = "👩\u200d👩\u200d👧", "👩🏾\u200d💻"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
TATWEEL, HARAKAT = "فاتــــورة", "فَاتُورَةٌ"


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        # English
        ("invoice", "Where is my INVOICE?", True),
        ("invoice", "two invoices", False),
        ("invoice", "(invoice)", True),
        ("invoice", "invoice_2", False),
        ("invoice", "https://x.example/invoice/12", True),
        ("crash", "", False),
        ("double charge", "a double   charge", True),
        ("double charge", "a double\ncharge", True),
        ("double charge", "a double\u00a0charge", True),
        ("double\u00a0\n charge", "a double charge", True),
        ("double charge", "double the charge", False),
        ("double charge", "doubled charge", False),
        ("double charge", "a double, charge", False),
        ("don't", "I don’t know", True),
        ("don’t", "I DON'T know", True),
        ("dont", "I don't know", False),
        ("customer", "the customer's", True),
        ("e-mail", "by e\u2011mail", True),
        ("e-mail", "by email", False),
        ("mail", "by e-mail", True),
        ("sign-in", "sign in", False),
        ("c++", "I love C++!", True),
        ("c++", "c+", False),
        (".net", "dotnet .NET core", True),
        ("#help", "please #help me", True),
        ("#help", "please #helpme", False),
        ("@nora", "thanks @Nora!", True),
        ("50%", "50% off", True),
        ("50%", "150% off", False),
        ("3.5", "3.5 stars", True),
        (".*", "anything", False),
        ("a.c", "abc", False),
        ("straße", "STRASSE", True),
        # French
        ("facture", "Ma FACTURE est fausse", True),
        ("facture", "Double facturation", False),
        ("facture", "Double facture !", True),
        ("facture", "« facture »", True),
        ("été", "cet ÉTÉ", True),
        ("été", "cet ete", False),
        ("e\u0301te\u0301", "cet été", True),
        ("été", "cet e\u0301te\u0301", True),
        ("été", "l'été", True),
        ("été", "l’Été", True),
        ("l'été", "L’ÉTÉ dernier", True),
        ("l’été", "l'été", True),
        ("aujourd'hui", "Aujourd’hui seulement", True),
        ("qu'on", "qu’on me rembourse", True),
        ("rendez-vous", "mon Rendez-vous", True),
        ("rendez-vous", "rendez vous", False),
        ("vous", "rendez-vous", True),
        ("cœur", "de tout CŒUR", True),
        ("cœur", "coeur", False),
        ("double facturation", "Double\u202ffacturation", True),
        # Arabic and Hebrew
        ("فاتورة", "أين فاتورة هذا الشهر؟", True),
        ("فاتورة", f"أين {TATWEEL} هذا الشهر؟", True),
        ("فاتورة", f"أين {HARAKAT}؟", True),
        (TATWEEL, f"أين {HARAKAT}؟", True),
        ("فاتورة", "أين الفاتورة؟", False),
        ('"فاتورة"', "أين الفاتورة؟", True),
        ("فاتورة", "\u202bفاتورة\u202c", True),
        ("استرداد المبلغ", "أريد استرداد\u00a0المبلغ", True),
        ("احمد", "أحمد", False),
        ("حساب", "حسابي", False),
        ("می\u200cخواهم", "میخواهم", True),
        ("שלום", "שָׁלוֹם לכם", True),
        # Chinese, Japanese, Korean, Thai: no spaces, or endings without one
        ("退款", "我要退款!", True),
        ("退款", "退货款", False),
        ("払い戻し", "払い戻しをお願いします", True),
        ("iphone", "iPhoneを買った", True),
        ("iphone", "新しいＩＰＨＯＮＥ", True),
        ("キャンセル", "ｷｬﾝｾﾙしたい", True),
        ("ガス", "ｶﾞｽ代", True),
        ("かす", "がす", False),
        ("30日", "返金まで30日です", True),
        ("30", "返金まで30日です", True),
        ("0日", "返金まで30日です", False),
        ("환불", "환불해 주세요", True),
        ("환불", "환 불", False),
        ("คืนเงิน", "ขอคืนเงินด้วย", True),
        ("คืนเงิน", "ขอคืน\u200bเงินด้วย", True),
        # other scripts
        ("пароль", "Забыл ПАРОЛЬ!", True),
        ("пароль", "пароли", False),
        ("ΛΌΓΟΣ", "ο λόγος", True),
        ("हिन्दी", "क्या हिन्दी में?", True),
        ("हिन", "क्या हिन्दी में?", False),
        ("iade", "İADE istiyorum", True),
        # emoji
        ("🔥", "so🔥good", True),
        ("🔥", "🔥🔥🔥", True),
        ("🔥🔥", "🔥 🔥", False),
        ("👍", "great 👍🏽", True),
        ("👍🏿", "great 👍🏽", True),
        ("❤", "I ❤️ it", True),
        ("❤️", "I ❤ it", True),
        ("❤", "I ❤️\u200d🔥 it", False),
        (FAMILY, f"we are {FAMILY}!", True),
        ("👩", f"we are {FAMILY}", False),
        ("👧", f"we are {FAMILY}", False),
        (PROGRAMMER, "👩\u200d💻", True),
        ("💻", PROGRAMMER, False),
        ("🇫🇷", "vive la 🇫🇷!", True),
        ("🇪🇪", "🇧🇪🇪🇸", False),
        ("🇧🇪", "🇧🇪🇪🇸", True),
        (ENGLAND, f"go {ENGLAND}", True),
        ("🏴", f"go {ENGLAND}", False),
        ("1️⃣", "press 1️⃣ now", True),
        ("1", "press 1️⃣ now", False),
        ("😀", "😀text", True),
        ("text", "😀text", True),
        # nothing to look for
        ("ـ", "فاتــورة", False),
        ("\u200b", "a\u200bb", False),
    ],
)
def test_a_bare_term_is_found_as_whole_words_in_any_case(term: str, text: str, is_found: bool) -> None:
    assert found((term,), text) == ([term] if is_found else [])


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        ('"factur"', "Double FACTURATION", True),
        ('"double charge"', "a double charge", True),
        ('"double charge"', "a double \n charge", True),
        ('"double charge"', "doublecharge", False),
        ('" inc"', "zinc", False),
        ('" inc"', "the inc", True),
        ('"l\'été"', "tout l’été", True),
        ('"a.c"', "abc", False),
        ('"é"', "cafe", False),
        ('"factur*"', "facturation", False),
        ('"払い戻し"', "払い戻しを", True),
        ('""', 'nothing between ""', True),
        ('"', 'a " alone', True),
    ],
)
def test_a_quoted_term_is_found_literally_also_inside_a_word(term: str, text: str, is_found: bool) -> None:
    assert found((term,), text) == ([term] if is_found else [])


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        ("factur*", "Double FACTURATION", True),
        ("factur*", "ma facture", True),
        ("factur*", "refacturer", False),
        ("factur*", "l’facturé", True),
        ("double factur*", "double  facturation", True),
        ("doub* facturation", "double facturation", False),
        ("été*", "les étés", True),
        ("été*", "les etes", False),
        ("فاتور*", "فاتورتي", True),
        ("退*", "我要退款", True),
        ("#prom*", "#promo2026", True),
        ("*", "5 * 3", True),
        ("*", "5 3", False),
        ("**", "a ** b", True),
        ("a *", "a * b", True),
        ("a *", "a b", False),
    ],
)
def test_a_bare_term_with_a_star_is_found_where_a_word_begins(term: str, text: str, is_found: bool) -> None:
    assert found((term,), text) == ([term] if is_found else [])


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        ("ete", "cet ÉTÉ", True),
        ("été", "cet ete", True),
        ("reclamation", "ma réclamation", True),
        ("reclam*", "ma réclamation", True),
        ('"clam"', "ma réclamation", True),
        ("coeur", "de tout cœur", True),
        ("ete", "l’étés", False),
        ("strasse", "Straße", True),
        ("zażółć", "zazolc", True),
        ("احمد", "أحمد", True),
        ("λογος", "λόγος", True),
        ("かす", "がす", False),
        ("한", "하", False),
        ("हिन्दी", "हिन्दी", True),
        ("हन", "हिन", False),
    ],
)
def test_accents_do_not_count_where_the_operator_says_so(term: str, text: str, is_found: bool) -> None:
    assert found((term,), text, accents=False) == ([term] if is_found else [])


def test_the_terms_that_are_found_keep_their_order() -> None:
    assert found(("zebra", "apple", "none"), "an apple, a zebra") == ["zebra", "apple"]


def test_two_quotes_need_something_between_them() -> None:
    assert (is_quoted('"a"'), is_quoted('""'), is_quoted("a")) == (True, False, False)


LETTERS = "abcéßœ l'’-_1İ你が한คื🔥👩👍🏽🇫🇷\u200d\ufe0f\u20e3\u0301\u00a0فـَ .+*?[]()\"\n"
some_text = st.text(alphabet=LETTERS, max_size=30) | st.text(max_size=30)
terms = st.text(alphabet=LETTERS, min_size=1, max_size=8).filter(
    lambda term: bool(unaccented(fold(term.strip('"'))).strip())
)
words = st.lists(
    st.sampled_from(["a", "été", "l'", "你好", "🔥", "فاتورة", "x1", "-", "*"]), min_size=1, max_size=6
)


@given(words, words, words)
def test_words_in_a_row_are_always_found(before: list[str], term: list[str], after: list[str]) -> None:
    wanted = " ".join(term)

    assert found((wanted,), " \n ".join([*before, *term, *after])) == [wanted]


@given(terms)
def test_every_text_that_can_be_looked_for_is_found_in_itself(term: str) -> None:
    assert found((term,), term if not is_quoted(term) else term[1:-1]) == [term]


@given(terms, st.text(alphabet=LETTERS, max_size=30))
def test_case_never_matters(term: str, text: str) -> None:
    assert bool(found((term,), text)) == bool(found((term,), text.upper()))


@given(some_text)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert unaccented(unaccented(fold(text))) == unaccented(fold(text))


@given(some_text)
def test_cutting_loses_nothing_and_gives_the_same_again(text: str) -> None:
    folded = fold(text)

    assert "".join(tokens(folded)) == folded
    assert [part for token in tokens(folded) for part in tokens(token)] == tokens(folded)
    assert cut(folded).split("\x1f")[1:-1] == (tokens(folded) or [])


@given(terms, some_text)
@example("œ", "œ\u20e3")
def test_what_is_found_with_accents_is_found_without(term: str, text: str) -> None:
    if found((term,), text):
        assert found((term,), text, accents=False)


LATIN = st.text(alphabet=[chr(code) for code in range(256)], max_size=30)
SIGNS = st.text(
    alphabet="aé1 _*#©ßµ\xad’“…€—😡❤👍🏽🇫🇷Ж请\u200d\u200c\ufe0f\u20e3\u0301\u0338\u2003", max_size=15
)
A_WORD = re.compile(f"[{WORD}]+|[{SPACELESS}]")


@given(LATIN)
def test_latin_text_is_folded_as_the_same_text_is_beside_another_script(text: str) -> None:
    assert unspaced(text) == unspaced(f"{text} \u0436").removesuffix(" \u0436")


@settings(max_examples=1000)
@given(some_text | LATIN | SIGNS)
@example("press 1\u20e3 now")
@example("a\u2019b \U0001f621 c\u200dd")
def test_the_words_of_a_text_are_those_of_its_tokens(text: str) -> None:
    """They are found in another way, which depends on the scripts of the text."""
    wanted = [token for token in tokens(unspaced(text)) if A_WORD.fullmatch(token)]

    assert sorted(words_in(text)) == sorted(wanted)


def test_every_character_of_latin_1_is_folded_as_beside_another_script() -> None:
    for character in map(chr, range(256)):
        assert unspaced(f"a{character}B") == unspaced(f"a{character}B\u0436").removesuffix("\u0436")
