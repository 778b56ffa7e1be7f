"""No pattern can hang the evaluator (R18): known catastrophic ones on long texts; none reaches Python's `re`.

What is looked at is work that cannot be hidden: a compiled program has a size, RE2 looks at each character at
most once for each step of it. Time is measured where it is written down (docs/guarantees.md), not here.
"""

import ast
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from inbox_recipes.filters.patterns import LARGEST, MEMORY, checked, compiled, search

PACKAGE = Path(__file__).parents[3] / "layers/core/python/inbox_recipes"
LENGTH = 100_000

# What was published of regular expressions that take exponential or high polynomial time elsewhere
# (OWASP's list, the outages of Stack Overflow and Cloudflare, moment, marked, ...), with a text that does it.
CATASTROPHIC = {
    r"(a+)+$": "a",
    r"([a-zA-Z]+)*$": "a",
    r"(a|aa)+$": "a",
    r"(a|a?)+$": "a",
    r"(.*a){20}$": "a",
    r"^(a+)+b": "a",
    r"(x+x+)+y": "x",
    r"(x+x+x+)+y": "x",
    r"^\s+|\s+$": " ",
    r"(?:(?:\"|'|\]|\}|\\|\d|(?:nan|infinity|true|false|null|undefined|symbol|math)|\`|\-|\+)+[)]*;?"
    r"((?:\s|-|~|!|\{\}|\|\||\+)*.*(?:.*=.*)))": "x=",
    r"^(([a-z])+.)+[A-Z]([a-z])+$": "a",
    r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}"
    r"(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$": "a",
    r"(\w+\s?)*$": "a ",
    r"^(\d+|\d+\.\d+)+$": "1",
    r"<(?:[^>]+|\"[^\"]*\")*>": "<",
    r"(\s*,\s*)+$": " , ",
    r"(([^/]+)/)*x": "a/",
    r"^(.+)+@(.+)+\.(.+)+$": "@.",
    r"(.+)*\1?x|(.+)+x": None,
    r"(((a*)*)*)*b": "a",
    r"(a*)*(a*)*(a*)*b": "a",
    r"[ab]*[ac]*[ad]*[ae]*[af]*[ag]*$": "a",
    r".*.*=.*": "x",
    r"(?:.*?,){30}P": "1,",
    r"(?i)(é+)+$": "é",
}  # fmt: skip


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_a_catastrophic_pattern_is_refused_or_answers_on_a_long_text(pattern: str) -> None:
    unit = CATASTROPHIC[pattern]
    if unit is None:
        with pytest.raises(PydanticCustomError):
            checked(pattern)  # back-references cannot be searched in linear time
        return
    text = (unit * (LENGTH // len(unit)))[:LENGTH] + "!"
    program = compiled(checked(pattern))

    found = search(pattern, text)

    assert program.programsize < 20 * LARGEST
    assert found is None or found in text


@pytest.mark.parametrize(
    "pattern", [r"(a{1000}){1000}", r"((a{100}){100}){100}", r"(?:\pL{500}){500}", r"(?i)(\pL|\pN){900}"]
)
def test_a_pattern_that_would_need_much_memory_is_refused(pattern: str) -> None:
    assert len(pattern) < LARGEST < MEMORY
    with pytest.raises(PydanticCustomError):
        checked(pattern)


@given(st.text(max_size=200), st.text(max_size=2000))
def test_any_text_as_a_pattern_is_refused_in_words_or_searches(pattern: str, text: str) -> None:
    with suppress(PydanticCustomError, UnicodeEncodeError):
        checked(pattern)
        search(pattern, text)


SAFE = {
    "manage.py": {"kind"},
    "reasons.py": {"_pattern", "english"},
    "response_bodies.py": {"map", "sorted", "forms", "len"},
    "secret_addresses.py": {"host", "path"},
}
"""Names of what is no text from outside: a row of the table of kinds."""

SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_python_s_own_regular_expressions_see_no_pattern_from_outside(file: Path) -> None:
    """Every pattern that `re` is given stands in the source, or is made of what is quoted by `re.escape`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of = node.func.value
        if isinstance(of, ast.Name) and of.id == "re" and node.func.attr != "escape":
            names = {each.id for each in ast.walk(node.args[0]) if isinstance(each, ast.Name)}
            known = names - SAFE.get(file.name, set())
            assert all(name.isupper() or name == "re" for name in known), f"{file.name}:{node.lineno}"
