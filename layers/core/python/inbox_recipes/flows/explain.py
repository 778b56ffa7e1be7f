"""Why a recipe acts, or does not, on something that happened or might: the evaluator's own verdict.

The same pure evaluation as for real, with every step looked at. What happened in the past is taken
from the event record of its moment, as it was then; the recipe and the rule book are today's.
"""

from datetime import UTC, datetime

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions import Action, AnyAction
from inbox_recipes.effects import Nothing, Removal, Respond, Say
from inbox_recipes.errors import InvalidInput, NotFound
from inbox_recipes.fitting import unfit
from inbox_recipes.flows import happenings
from inbox_recipes.flows.happenings import Basis
from inbox_recipes.flows.ingest import parsed
from inbox_recipes.inbox import Frozen, IncomingMention, Mention, Subject
from inbox_recipes.moderations import refusal
from inbox_recipes.people import Id
from inbox_recipes.ports import Inbox, Ledger, RuleBooks
from inbox_recipes.profiles import profile_of
from inbox_recipes.reasons import sentence, turn_round
from inbox_recipes.recipes import Recipe, RecipeDefinition
from inbox_recipes.references import faults
from inbox_recipes.reply_guards import never_answered, unanswerable
from inbox_recipes.response_guards import unsaid
from inbox_recipes.rule_book import RuleBook, evaluate
from inbox_recipes.triggers import Occurrence
from inbox_recipes.verdicts import Step


class Question(Frozen):
    """A recipe, saved or not, and what it is asked about: one of each."""

    recipe: RecipeDefinition | None = None
    recipe_id: Id | None = None
    mention: IncomingMention | None = None
    unique_id: str | None = None
    occurrence_id: str | None = None

    @model_validator(mode="after")
    def _names_one_of_each(self) -> "Question":
        _exactly_one(self, "recipe", "recipe_id")
        _exactly_one(self, "mention", "unique_id", "occurrence_id")
        return self


class Skip(Frozen):
    """An action of the recipe that would do nothing, and why."""

    position: int
    reason: str


class Explanation(Frozen):
    """The verdict with every step.

    `based_on` tells where the item was taken from. `actions` is what the recipe would do, empty when it
    does not act; `skips` are those of them that would find nothing to do on the item as it is there, or that
    its platform or the account does not let be done. `flip` holds the fewest steps whose answers must change
    for the verdict to change.
    """

    recipe_id: str | None
    recipe_name: str
    recipe_version: int
    occurrence: Occurrence
    based_on: Basis
    rule_book_revision: int
    matched: bool
    error: str | None
    sentence: str
    steps: tuple[Step, ...]
    actions: tuple[AnyAction, ...]
    skips: tuple[Skip, ...]
    flip: tuple[Step, ...] | None


def explain(
    question: Question, inbox: Inbox, ledger: Ledger, rule_books: RuleBooks, now: datetime
) -> Explanation:
    """Answer the question. Raises InvalidInput, or NotFound for what is not there or was not recorded."""
    book = rule_books.current()
    recipe = _recipe(question, book)
    if question.mention is not None:
        incoming = parsed(question.mention, book.topics, "/mention")
        happening = happenings.arriving(incoming, recipe, now, cases_on=book.account.cases)
    elif question.unique_id is not None:
        happening = happenings.arrived(question.unique_id, inbox, ledger)
    else:
        happening = happenings.recorded(question.occurrence_id or "", inbox, ledger)
    occurrence = happening.occurrence
    verdict = evaluate(recipe, occurrence, happening.subject, book, occurrence.at, every_step=True)
    flip = turn_round(verdict, book.group(recipe.filter))
    return Explanation(
        recipe_id=question.recipe_id,
        recipe_name=recipe.name,
        recipe_version=recipe.version,
        occurrence=occurrence,
        based_on=happening.based_on,
        rule_book_revision=book.revision,
        matched=verdict.matched,
        error=verdict.error,
        sentence=sentence(recipe, verdict, occurrence, flip, paused=book.account.paused),
        steps=verdict.steps,
        actions=recipe.actions if verdict.matched else (),
        skips=_skips(recipe, occurrence, happening.subject, book) if verdict.matched else (),
        flip=flip,
    )


def _skips(recipe: Recipe, occurrence: Occurrence, subject: Subject, book: RuleBook) -> tuple[Skip, ...]:
    reasons = (_in_the_way(action, occurrence, subject, book) for action in recipe.actions)
    return tuple(Skip(position=at, reason=reason) for at, reason in enumerate(reasons) if reason)


def _in_the_way(action: Action, occurrence: Occurrence, subject: Subject, book: RuleBook) -> str | None:
    """Why the action would be skipped on the item, if it would."""
    misfit = unfit(action, occurrence.about, book)
    if misfit:
        return misfit
    match action.decide(subject, occurrence.about, occurrence.at):
        case Nothing(reason=reason):
            return reason
        case Say(subject=Subject(mention=Mention() as mention), kind=kind):
            in_public = kind == "public"
            return _below(mention, occurrence) if in_public else unanswerable(mention, book.profiles)
        case Removal(mention=mention) as removal:
            return refusal(removal, profile_of(mention, book.profiles))
        case Respond(subject=Subject(mention=Mention() as mention)) as respond:
            return unsaid(respond, book, occurrence.at) or unanswerable(mention, book.profiles)
    return None


def _below(mention: Mention, occurrence: Occurrence) -> str | None:
    """Why nothing is answered in public: what set the recipe off is ours. What is answered is found later."""
    ours = occurrence.about == "mention" and mention.author.managed
    return never_answered(mention) if ours else None


def _recipe(question: Question, book: RuleBook) -> Recipe:
    """The saved recipe, or the given one as if it had always been enabled."""
    if question.recipe is None:
        saved = book.recipe(question.recipe_id or "")
        if saved is None:
            raise NotFound("recipe", question.recipe_id or "")
        return saved
    problems = faults(question.recipe, book, "/recipe")
    if problems:
        raise InvalidInput(problems)
    written = {name: getattr(question.recipe, name) for name in RecipeDefinition.model_fields}
    always = datetime.min.replace(tzinfo=UTC)
    return Recipe(**{**written, "mode": "enabled"}, id="unsaved", version=0, on_since=always)


def _exactly_one(question: Question, *names: str) -> None:
    given = [name for name in names if getattr(question, name) is not None]
    if len(given) != 1:
        detail = f"Give one of {', '.join(names)}; there is {' and '.join(given) or 'none'}."
        key = given[1] if given else names[0]
        raise PydanticCustomError(
            "refused", "{detail}", {"key": key, "detail": detail, "allowed": list(names)}
        )
