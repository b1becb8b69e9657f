"""A tab is made of plain objects that supply the actions of its keys."""

from types import SimpleNamespace

import pytest

from tui.tabs.stage import Stage


def test_a_tab_has_the_actions_that_its_pieces_supply():
    stage, ate = Stage(), []
    stage.bind_actions(SimpleNamespace(actions={"eat": ate.append}))
    stage.action_eat("a pear")
    assert ate == ["a pear"]


def test_two_pieces_with_one_action_fail_at_once():
    stage = Stage()
    with pytest.raises(ValueError, match="eat twice"):
        stage.bind_actions(SimpleNamespace(actions={"eat": print}), SimpleNamespace(actions={"eat": repr}))


def test_a_piece_cannot_take_the_place_of_the_tabs_own_action():
    class Fruit(Stage):
        def action_eat(self) -> None:
            """Eats."""

    with pytest.raises(ValueError, match="Fruit has the action eat twice"):
        Fruit().bind_actions(SimpleNamespace(actions={"eat": print}))
