"""Every form with every word, in as few cases as their paths allow; what a rule reads has cases of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from typing import NamedTuple

from docs.forms import OWNER, Form
from scanner.normalise import Tables
from tests.forms.trees import Case, Conflict, add, complete, contain, empty_case, written
from tests.forms.words import Unsayable, Word, words

Attribute = tuple[str, str]
Place = tuple[str, str, str, str, int]


class Spoken(NamedTuple):
    """What can be said of one attribute."""

    words: list[Word]
    forms: list[Form]


def vocabulary(tables: Tables, every: Iterable[Form]) -> dict[Attribute, Spoken]:
    """Attribute to its words and forms."""
    found: dict[Attribute, list[Form]] = {}
    for form in every:
        found.setdefault((form.kind, form.attribute), []).append(form)
    return {key: Spoken(words(tables.kinds[key[0]], key[1], forms), forms) for key, forms in sorted(found.items())}


def place(form: Form) -> Place:
    """What forms must share to be written in one case."""
    return (form.half, form.carrier, form.type, form.role, id(form.node))


def setting_cases(
    tables: Tables, spoken: dict[Attribute, Spoken], alone: Collection[Attribute] = ()
) -> dict[str, list[Case]]:
    """Half to cases which set every form of every attribute to every word that it can say."""
    cases: dict[Place, list[Case]] = {}
    for key, (found, forms) in spoken.items():
        for form in forms:
            for word in found:
                single = key[1] == "namespace" or (key in alone and not _is_one_of_many(form))
                _fit(tables, cases.setdefault(place(form), []), form, word, alone=single)
    by_half: dict[str, list[Case]] = {}
    for where, made in cases.items():
        for case in made:
            complete(case)
        by_half.setdefault(where[0], []).extend(made)
    return by_half


def _is_one_of_many(form: Form) -> bool:
    """Whether others are mapped by the same fields: of what runs pods, one in each format has its own cases."""
    runs_pods = form.kind in ("kubernetes.workload", "kubernetes.container", "kubernetes.volume")
    return bool(form.carrier) or (runs_pods and form.type not in ("Deployment", "kubernetes_deployment_v1"))


def _fit(tables: Tables, cases: list[Case], form: Form, word: Word, *, alone: bool) -> None:
    """Into the first case that has room."""
    for case in [] if alone else cases:
        if case.alone or any(_clash(form, other) for other, _ in case.settings):
            continue
        before = deepcopy((case.resources, case.targets, case.item))
        try:
            add(tables, case, form, word)
        except Conflict:
            case.resources, case.targets, case.item = before
        except Unsayable:
            return
        else:
            return
    case = empty_case(tables, form)
    case.alone = alone
    try:
        add(tables, case, form, word)
    except Unsayable:
        return
    cases.append(case)


def is_the_child(form: Form) -> bool:
    """Whether the attribute is the child itself, or its owner, which no child leaves out."""
    if form.role == OWNER or form.field is None:
        return True
    return form.node is not None and bool(form.field.paths) and form.field.paths[0].text == "$"


def _clash(form: Form, other: Form) -> bool:
    """Whether one writes what the other's field reads besides its own path."""
    if form.attribute == other.attribute:
        return True
    if form.field is None or other.field is None:
        return False
    own, others = ([path.text for path in each.field.paths] if each.field else [] for each in (form, other))
    shared = set(own) & set(others)
    return bool(shared) and (len(own) > 1 or len(others) > 1)


def silent_cases(tables: Tables, every: Sequence[Form]) -> dict[str, list[Case]]:
    """Half to cases which leave everything out: bare, and with the containers around what is left out."""
    by_half: dict[str, list[Case]] = {}
    by_place: dict[Place, list[Form]] = {}
    for form in every:
        by_place.setdefault(place(form), []).append(form)
    for forms in by_place.values():
        bare, held = empty_case(tables, forms[0]), empty_case(tables, forms[0])
        held.held = True
        bare.silent = [form for form in forms if not is_the_child(form)]
        complete(bare)
        by_half.setdefault(forms[0].half, []).append(bare)
        for form in forms:
            try:
                if not is_the_child(form) and contain(held, form):
                    held.silent.append(form)
            except Conflict:
                continue
        held.silent = [form for form in held.silent if not written(held, form)]
        if held.silent:
            by_half[forms[0].half].append(held)
    return by_half
