"""What the peers are given says the same as our recipes: otherwise they would be measured at other work."""

from typing import Any, assert_never

from tools.bench import contenders, workload
from tools.bench.peers import neutral, ours
from tools.bench.peers.neutral import Between, Every, Facts, Flag, Leaf, Not, OneOf, Shares, Some, Test


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
    for one, facts in zip(asked, neutral.facts(asked, book, names), strict=True):
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
