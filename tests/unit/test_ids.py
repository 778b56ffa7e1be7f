"""Ids come from content: the same twice, and never the same for two things."""

import string

from hypothesis import given
from hypothesis import strategies as st

from inbox_recipes import ids

parts = st.lists(st.text(alphabet=string.ascii_letters + ":_#", max_size=6), min_size=1, max_size=4)


@given(parts, parts)
def test_two_lists_of_parts_never_run_together(one: list[str], other: list[str]) -> None:
    assert (ids.digest(*one) == ids.digest(*other)) == (one == other)


def test_ids_are_the_same_on_every_machine() -> None:
    """They stand in tables and queues: changing how they are made would do things twice."""
    assert ids.run_id("r_billing", 3, "mention:46283_1001:arrived:1") == "run_4f41e323bf2aa528d150798e"
    assert ids.contact_id("facebook", "u77") == "con_1aa44e8ee6a036ccfbed6b1c"
    assert ids.case_id("46283_1001") == "cas_c699a41dd186313fc296f370"
    assert ids.wait_id("cas_1", "rec_1") == "wait_fb1b832e4263cfd0e6a71d99"
    assert ids.delivery_id("run_1", 0) == "msg_0d6c3571122f190e2addc3dc"


def test_a_mention_is_named_by_topic_and_native_id() -> None:
    """Domain 1.2"""
    assert ids.unique_id("46283", "43769358878509009") == "46283_43769358878509009"


def test_another_version_or_occurrence_is_another_run() -> None:
    runs = {ids.run_id("r", version, occurrence) for version in (1, 2) for occurrence in ("a", "b")}

    assert len(runs) == 4
