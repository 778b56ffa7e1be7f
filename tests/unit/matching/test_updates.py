"""A matcher of the next revision: what has changed is seen, what has not is kept (row 13)."""

from inbox_recipes.filters import Scene
from inbox_recipes.matching import Matcher
from inbox_recipes.matching.matcher import ALIKE, FEW_TOPICS, MIXED, MOST_CHANGES
from inbox_recipes.recipes import Recipe
from tests.builders import TOPIC, a_mention, a_recipe, a_rule_book, a_scene, an_occurrence

SCENE: Scene = a_scene(a_mention(), occurrence=an_occurrence())


def found(matcher: Matcher) -> list[str]:
    return [recipe.id for recipe in matcher.candidates(an_occurrence(), SCENE)]


def warm(*recipes: Recipe) -> Matcher:
    matcher = Matcher(a_rule_book(*recipes))
    found(matcher)
    return matcher


def named(*names: str) -> list[Recipe]:
    return [a_recipe(name) for name in names]


def test_a_recipe_that_is_edited_comes_added_or_goes_is_seen_and_the_table_kept() -> None:
    one, two, three = named("one", "two", "three")
    matcher = warm(one, two)
    table = matcher.shelves[TOPIC].whole

    for recipes in (
        (one, two, three),
        (one, two.model_copy(update={"mode": "disabled", "version": 2}), three),
        (one, three),
        (one.model_copy(update={"topics": ("7",), "version": 2}), three),
        (three,),
    ):
        matcher = matcher.updated(a_rule_book(*recipes))
        assert found(matcher) == found(Matcher(matcher.book))

    assert found(matcher) == ["three"]
    assert found(warm(one, two).updated(a_rule_book(one, two, three))) == ["one", "two", "three"]
    assert matcher.shelves[TOPIC].whole is table or len(matcher.book.recipes) == 1


def test_the_table_of_another_topic_stays_as_it_is() -> None:
    here, there = a_recipe("here"), a_recipe("there", topics=["7"])
    matcher = warm(here, there)
    table = matcher.shelves[TOPIC]

    updated = matcher.updated(a_rule_book(here, there.model_copy(update={"mode": "disabled"})))

    assert updated.shelves[TOPIC] is table


def test_recipes_in_another_order_are_found_in_that_order() -> None:
    one, two, three = named("one", "two", "three")

    assert found(warm(one, two, three).updated(a_rule_book(three, one, two))) == ["three", "one", "two"]


def test_a_recipe_that_comes_back_stands_where_it_is_put() -> None:
    one, two, three = named("one", "two", "three")
    matcher = warm(one, two, three).updated(a_rule_book(two, three))

    assert found(matcher.updated(a_rule_book(two, three, one))) == ["two", "three", "one"]
    assert found(matcher.updated(a_rule_book(one, two, three))) == ["one", "two", "three"]


def test_after_many_changes_the_table_is_made_anew() -> None:
    recipes = named(*(f"r{number:03}" for number in range(MOST_CHANGES + 2)))
    matcher = warm(*recipes)
    table = matcher.shelves[TOPIC].whole

    for place, recipe in enumerate(recipes):
        recipes[place] = recipe.model_copy(update={"version": 2})
        matcher = matcher.updated(a_rule_book(*recipes))
        assert found(matcher) == [recipe.id for recipe in recipes]

    assert matcher.shelves[TOPIC].whole is not table


def test_recipes_for_the_same_many_topics_have_a_table_and_others_share_one() -> None:
    many = [TOPIC, *(str(number) for number in range(FEW_TOPICS))]
    alike = [a_recipe(f"alike-{number}", topics=many) for number in range(ALIKE)]
    apart = [a_recipe("apart", topics=[*many, "99"]), a_recipe("elsewhere", topics=[*many[1:], "98", "99"])]

    matcher = warm(*alike, *apart)

    assert found(matcher) == [recipe.id for recipe in (*alike, apart[0])]
    assert set(matcher.shelves) == {frozenset(many), MIXED}
    moved = alike[3].model_copy(update={"topics": apart[0].topics, "version": 2})
    updated = matcher.updated(a_rule_book(*alike[:3], moved, *alike[4:], *apart))
    assert found(updated) == [recipe.id for recipe in (*alike, apart[0])]
