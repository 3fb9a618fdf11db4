"""Every type that comes with the program is walked, every step of it taken, every one of its states reached."""

import ast
from pathlib import Path

import pytest

from jiceng.packs.catalogue import of_folders, shipped
from tests.matters.flows.walking import Line, lines

HERE = Path(__file__).parent
MODULES = sorted(path for path in HERE.glob("test_*.py") if path != Path(__file__))


def texts(path: Path) -> list[str]:
    """Every text that stands in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def told(path: Path) -> tuple[set[str], set[str]]:
    """The steps that a module's storyboards take, and the states in which they arrive."""
    steps, states = set(), set()
    for text in texts(path):
        try:
            found = [line for line in lines(text) if isinstance(line, Line)]
        except AssertionError:  # a text that is no storyboard
            continue
        steps |= {line.step for line in found if not line.refused}
        states |= {line.state for line in found if line.state}
    return steps, states


@pytest.fixture(scope="module")
def types():
    """The types of all packs that come with the program."""
    return of_folders(*shipped()).section("matters")


def test_every_type_is_walked(types):
    named = {text for path in MODULES for text in texts(path)}
    assert sorted(set(types) - named) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_step_is_taken_and_every_state_reached(types, path):
    steps, states = told(path)
    # whoever names a type only to look at it from another one does not tell of all its steps
    mine = [key for key in types if f'"{key}"' in path.read_text(encoding="utf-8") and owns(path, key)]
    assert mine, path.stem
    for key in mine:
        assert sorted(set(types[key].steps) - steps) == [], key
        assert sorted(set(types[key].states) - states - {types[key].start}) == [], key


def owns(path: Path, key: str) -> bool:
    """Whether the module names the type among its own, at its head."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    heads = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    parts = [part for head in heads for part in (head.elts if isinstance(head, ast.Tuple) else [head])]
    return any(isinstance(part, ast.Constant) and part.value == key for part in parts)


def test_every_clock_says_on_what_its_limits_are_based(types):
    silent = [
        f"{key}.{name}"
        for key, spec in types.items()
        for name, clock in spec.clocks.items()
        if not all(limit.basis for limit in clock.limits)
    ]
    assert silent == []


def test_everything_has_an_english_name(types):
    silent = []
    for key, spec in types.items():
        silent += [key] if not spec.name_en else []
        for kind, parts in (("field", spec.fields), ("state", spec.states), ("step", spec.steps),
                            ("clock", spec.clocks)):  # fmt: skip
            silent += [f"{key} {kind} {name}" for name, part in parts.items() if not part.label_en]
        silent += [
            f"{key} tells {name}" for name, s in spec.steps.items() if bool(s.tells) != bool(s.tells_en)
        ]
    assert silent == []
