"""One resource as rules see it: each attribute with its value or why it is not known, and where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from scanner.model import Place, Resource, Unknown
from scanner.report.interface import WriteOptions
from scanner.report.layout import pad, shorten, width_of
from scanner.report.redaction import Screen
from scanner.report.style import Style

Show = Callable[[object], str]
"""A value in a few words."""

WIDEST_VALUE = 48


def explain_resource(
    nodes: Sequence[Resource], options: WriteOptions, *, show: Show, secrets: Iterable[str] = ()
) -> str:
    """The nodes of one address, the resource before its parts: attribute, value, native path, place and chain."""
    page = _Page(options, show, secrets)
    return "\n".join("\n".join(page.node(node)) for node in nodes) + "\n"


class _Page:
    def __init__(self, options: WriteOptions, show: Show, secrets: Iterable[str]) -> None:
        self.style = Style(options)
        self.show = show
        self.screen = Screen(secrets, ascii_only=not options.unicode)
        self.arrow = "←" if options.unicode else "<-"
        self.more = "…" if options.unicode else "..."

    def node(self, node: Resource) -> Iterator[str]:
        yield self.screen.show(node.address)
        header = node.native.span
        yield self.style.dim(f"  {node.kind}, {node.native.type}, {self.screen.show(header.path)}:{header.start_line}")
        if node.existence is not None:
            yield f"  may not exist: {self.screen.show(node.existence.text)}"
        names = sorted(node.attributes)
        width = max((len(name) for name in names), default=0)
        for name in names:
            yield from self._attribute(node, name, width)
        yield ""

    def _attribute(self, node: Resource, name: str, width: int) -> Iterator[str]:
        value = node.read(name)
        shown = shorten(self.screen.show(self._value(value)), WIDEST_VALUE, self.more)
        [place] = node.locator.places(node, name)[:1] or [Place(node.native.span, "", exact=False)]
        line = f"  {name:<{width}}  {pad(shown, WIDEST_VALUE)}"
        if not place.exact:
            yield line.rstrip()
            return
        span = place.span
        where = f"{self.screen.show(place.attribute)}  {self.screen.show(span.path)}:{span.start_line}"
        yield f"{line}  {self.style.dim(where)}"
        for step in place.chain:
            yield self.style.dim(self._step(step.what, step.text, step.location, width))

    def _step(self, what: str, text: str, location: object, width: int) -> str:
        path, line = getattr(location, "path", ""), getattr(location, "start_line", 0)
        place = f"  {self.screen.show(path)}:{line}" if path else ""
        indent = " " * (width + 4)
        return f"{indent}{self.arrow} {self.screen.show(what)} = {self.screen.show(text)}{place}"

    def _value(self, value: object) -> str:
        if isinstance(value, Unknown):
            known = f" ({value.prefix}...{value.suffix})" if value.prefix or value.suffix else ""
            return f"unknown, {value.code}: {value.text}{known}" if value.code != "secret" else "(secret)"
        if isinstance(value, list) and value and width_of(self.show(value)) > WIDEST_VALUE:
            return f"{len(value)} items: {self.show(value)}"
        return self.show(value)
