"""Random HCL: valid files with everything the grammar has, and texts that are nearly HCL."""

from __future__ import annotations

from hypothesis import strategies as st

names = st.sampled_from(["a", "bucket", "for_each", "x-1", "_y", "name2", "größe"])
words = st.text(alphabet="ab {}[]()#/*=é日.,:-+'<>", max_size=8)
numbers = st.sampled_from(["0", "1", "42", "3.5", "0.25", "1e3", "9007199254740993"])
plain_strings = words.map(lambda text: f'"{text}"')
scalars = st.one_of(numbers, plain_strings, st.sampled_from(["true", "false", "null"]))
references = st.builds(
    lambda root, steps: root + "".join(steps),
    st.sampled_from(["var", "local", "aws_s3_bucket", "each"]),
    st.lists(st.sampled_from([".id", ".a-b", "[0]", '["k"]', "[*]", ".0", "[var.i]"]), min_size=1, max_size=3),
)
_operators = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"])


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(inner, max_size=3)
    return st.one_of(
        st.builds(lambda a, op, b: f"({a} {op} {b})", inner, _operators, inner),
        st.builds(lambda a, b, c: f"({a} ? {b} : {c})", inner, inner, inner),
        st.builds(lambda a: f"!({a})", inner),
        lists.map(lambda items: "[" + ", ".join(items) + "]"),
        lists.map(lambda items: "[\n" + "".join(f"    {item}, # c\n" for item in items) + "  ]"),
        st.lists(st.tuples(names, inner), max_size=3, unique_by=lambda pair: pair[0]).map(
            lambda pairs: "{\n" + "".join(f"    {key} = {value}\n" for key, value in pairs) + "  }"
        ),
        lists.map(lambda items: "merge(" + ", ".join(items) + ")"),
        st.builds(lambda a, b: f"[for k, v in {a} : {b} if v != null]", references, inner),
        st.builds(lambda a, b: f"{{ for v in {a} : v => {b}... }}", references, inner),
        st.builds(lambda a, text: f'"x ${{{a}}} {text}"', references, st.sampled_from(["", "y", "$$", "%"])),
    )


expressions = st.recursive(st.one_of(scalars, references), _compound, max_leaves=6)
heredocs = st.builds(
    lambda dash, lines: f"<<{dash}EOT\n" + "".join(line + "\n" for line in lines) + "  EOT",
    st.sampled_from(["", "-"]),
    st.lists(st.sampled_from(["text", "    in", "", 'q "quoted" \\ #', "${var.a} x", "} brace {", "  "]), max_size=4),
)
_attributes = st.dictionaries(names, st.one_of(expressions, heredocs), max_size=4).map(
    lambda entries: "".join(f"  {name} = {value}\n" for name, value in entries.items())
)
_comments = st.sampled_from(["", "# note\n", "// note\n", "/* two\nlines */\n", "\n"])


def _block(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda name, label, comment, content: f"blk_{name}{label} {{\n{comment}{content}}}\n",
        st.sampled_from(["one", "two", "three"]),
        st.sampled_from(["", ' "l"', ' "l" "m"']),
        _comments,
        inner,
    )


bodies = st.recursive(
    _attributes, lambda inner: st.builds(lambda a, b: a + b, _attributes, _block(inner)), max_leaves=4
)
files = st.lists(_block(bodies), max_size=4).map("\n".join)
_SIGNS = '" ${ %{ } { [ ] ( ) = <<EOT\n EOT\n a /* */ # // ~} for if endif . * ... => :: ? : , 1 é \\ - ! \0'
_LINES = ["\n", "\r\n", "\r", " ", "}\n", "x = ", 'resource "a" "b" {\n', "<<<<<<< H\n", "=======\n", ">>>>>>> x\n"]
fragments = st.lists(st.sampled_from([*_SIGNS.split(" "), *_LINES]), max_size=30).map("".join)
