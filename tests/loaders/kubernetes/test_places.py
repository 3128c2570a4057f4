"""Where values stand: in the right document of a long stream, in JSON, in lists, and below what is not written."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from scanner.model import NativeResource, PathStep, Step
from tests.loaders.kubernetes.texts import load, the

POD = dedent(
    """\
    apiVersion: v1
    kind: Pod
    metadata:
      name: pod-{}
    spec:
      containers:
        - name: first
          image: a:1
        - name: second
          image: b:2
          securityContext:
            privileged: true
            capabilities: {{add: [NET_ADMIN, "SYS_TIME"]}}
    """
)
LINES = POD.count("\n") + 1
STREAM = "---\n".join(POD.format(number) for number in range(50))


def place(resource: NativeResource, *path: PathStep) -> tuple[int, int, int, int, bool, str]:
    found = resource.provenance.place(path)
    return (*found.span[1:], found.exact, found.attribute)


def test_a_container_stands_at_its_line_in_the_right_document_of_a_long_stream() -> None:
    loaded = load(STREAM)
    for number in (0, 17, 49):
        pod, above = the(loaded, f"Pod/default/pod-{number}"), number * LINES
        assert pod.span[1:] == (above + 1, 1, above + 4, 8 + len(f"pod-{number}") + 1)
        assert place(pod, "spec", "containers", 1)[:4] == (above + 9, 7, above + 9, 19)
        where = place(pod, "spec", "containers", 1, "securityContext", "privileged")
        path = "spec.containers[1].securityContext.privileged"
        assert where == (above + 12, 9, above + 12, 25, True, path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("spec", "containers", 0, "image"), (8, 7, 8, 17, True)),
        (("spec", "containers", 1, "securityContext"), (11, 7, 11, 22, True)),
        (("spec", "containers", 1, "securityContext", "capabilities", "add", 1), (13, 41, 13, 51, True)),
        (("spec", "containers", 1, "securityContext", "runAsUser"), (11, 7, 11, 22, False)),
        (("spec", "containers", 0, "securityContext", "privileged"), (7, 7, 7, 18, False)),
        (("spec", "hostNetwork"), (5, 1, 5, 5, False)),
        (("data", "a"), (1, 1, 4, 14, False)),
        ((), (1, 1, 4, 14, True)),
    ],
)
def test_the_nearest_thing_that_is_written_is_shown(
    path: tuple[PathStep, ...], expected: tuple[int, int, int, int, bool]
) -> None:
    assert place(load(STREAM).resources[0], *path)[:5] == expected


def test_places_in_json_are_found_too() -> None:
    tree = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"image": "x"}]}}
    pod = load({"p.json": json.dumps(tree, indent=1)}).resources[0]
    assert place(pod, "spec", "containers", 0, "image")[0] == 10
    assert pod.span[1:3] == (1, 1)


def test_what_an_anchor_gives_stands_at_the_anchor() -> None:
    pod = load(
        """\
        apiVersion: v1
        kind: Pod
        metadata: {name: p, annotations: {x: "1"}}
        spec:
          securityContext: &strict
            runAsUser: 7
          containers:
            - securityContext: *strict
            - securityContext:
                <<: *strict
                privileged: true
        """
    ).resources[0]
    assert place(pod, "spec", "containers", 0, "securityContext", "runAsUser")[0] == 6
    assert place(pod, "spec", "containers", 1, "securityContext", "runAsUser")[0] == 6
    assert place(pod, "spec", "containers", 1, "securityContext", "privileged")[0] == 11


def test_given_and_literal_is_what_is_written() -> None:
    provenance = load(STREAM).resources[0].provenance
    assert provenance.is_given(("spec", "containers", 1, "securityContext", "privileged"))
    assert provenance.is_literal(("spec", "containers", 1, "securityContext", "privileged"))
    assert not provenance.is_given(("spec", "containers", 0, "securityContext", "privileged"))
    assert not provenance.is_literal(("spec", "hostNetwork"))
    assert not provenance.is_given(("spec", "containers", 9, "name"))


def test_the_template_a_manifest_was_rendered_from_is_in_the_chain() -> None:
    rendered = (
        f"---\n# Source: web/templates/a.yaml\n{POD.format(0)}---\n# Source: web/templates/b.yaml\n{POD.format(1)}"
    )
    loaded = load({"<stdin>": rendered})
    assert loaded.roots == ("<stdin>",)
    (step,) = the(loaded, "Pod/default/pod-1").provenance.place(("spec", "containers", 0)).chain
    assert isinstance(step, Step)
    assert (step.what, step.text) == ("source", "web/templates/b.yaml")
    assert step.location is not None
    assert step.location.start_line == LINES + 3


def test_a_comment_of_another_document_is_not_in_the_chain() -> None:
    rendered = f"# Source: web/templates/a.yaml\n{POD.format(0)}---\n{POD.format(1)}"
    assert the(load(rendered), "Pod/default/pod-1").provenance.place(()).chain == ()


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostPID: true, x: 1, hostPID: false}\n",
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"hostPID": true, "hostPID": false}}',
    ],
)
def test_each_value_of_a_key_given_twice_has_its_own_place(text: str) -> None:
    loaded = load({"p.json" if text.startswith("{") else "p.yaml": text})
    columns = {
        each.attributes["spec"]["hostPID"]: each.provenance.place(("spec", "hostPID")).span.start_column
        for each in loaded.resources
    }
    assert columns[True] < columns[False]
