"""What the peers are given says the same as our recipes: otherwise they would be measured at other work."""

from typing import Any, assert_never

from inbox_recipes.inbox import Subject
from tools.bench import contenders, workload
from tools.bench.peers import neutral, ours
from tools.bench.peers.neutral import Between, Every, Facts, Flag, Leaf, Not, OneOf, Shares, Some, Test
from tools.bench.peers.preparation import Preparation


def holds(test: Test, facts: Facts) -> bool:
    match test:
        case Every(parts):
            return all(holds(part, facts) for part in parts)
        case Some(parts):
            return any(holds(part, facts) for part in parts)
        case Not(part):
            return not holds(part, facts)
        case _:
            return leaf_holds(test, facts[test.fact])


def leaf_holds(leaf: Leaf, got: Any) -> bool:
    match leaf:
        case OneOf(values=values):
            return got in values
        case Shares(values=values):
            return not set(values).isdisjoint(got)
        case Between(low=low, high=high):
            return bool(low <= got <= high)
        case Flag(wanted=wanted):
            return got is wanted
        case _:
            assert_never(leaf)


def test_neutral_rules_over_neutral_facts_match_as_our_recipes_do() -> None:
    book, asked = workload.rule_book(300), workload.mentions(40, of=300)
    names = neutral.terms(book)
    rules = {recipe.id: neutral.rule(recipe, book, names) for recipe in book.recipes}
    bare = contenders.bare(book)

    matched = 0
    for one, facts in zip(asked, Preparation(book, names).all(asked), strict=True):
        wanted = [recipe.id for recipe in bare(one.occurrence, one.subject, one.now)]
        assert [recipe_id for recipe_id, rule in rules.items() if holds(rule, facts)] == wanted
        matched += len(wanted)
    assert matched > 10


def test_the_matcher_that_is_told_what_peers_are_told_answers_as_it_does_from_raw_text() -> None:
    book, asked = workload.rule_book(300), workload.mentions(40, of=300)
    told, bare = ours.Told(book), contenders.bare(book)
    told.tell(asked)

    for one in asked:
        assert told(one.occurrence, one.subject, one.now) == bare(one.occurrence, one.subject, one.now)


def test_facts_name_every_term_that_stands_in_the_text() -> None:
    [one] = workload.mentions(1, of=1)
    mention = one.subject.mention
    assert mention
    said = mention.message.model_copy(update={"content": "Le Colis 4711 n'est PAS arriv\u00e9, remboursez"})
    subject = Subject(mention=mention.model_copy(update={"message": said}), case=None)
    sought = [
        ("contains_any", "colis"), ("contains_any", "Colis"), ("contains_any", "pas arriv\u00e9"),
        ("contains_any", "pas remboursez"), ("contains_any", '"bours"'), ("contains_any", "rembou*"),
        ("contains_any", "bours*"), ("starts_with", "le c"), ("starts_with", "LE C"),
        ("starts_with", "colis"), ("matches", r"colis [0-9]+"), ("matches", r"pas [0-9]+"),
    ]  # fmt: skip
    prepared = Preparation(workload.rule_book(1), {each: " ".join(each) for each in sought})

    found = prepared(one.occurrence, subject, one.now)["terms"]

    absent = {sought[3], sought[6], sought[9], sought[11]}
    assert sorted(found) == sorted(" ".join(each) for each in sought if each not in absent)
