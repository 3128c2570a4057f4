"""The words of generated expressions: names, literals, and what arguments each function usually takes."""

from __future__ import annotations

LOCALS = {
    "s": '"hello world"',
    "e": '""',
    "u": '"Straße 東京 e\\u0301 🇩🇪"',
    "n": "42",
    "f": "-2.75",
    "t": "true",
    "z": "null",
    "ls": 'tolist(["b", "a", "c", "a", ""])',
    "ln": "tolist([3, 1, 2, 10])",
    "le": "tolist([])",
    "tu": '["x", 2, true, null, ["y"]]',
    "ss": 'toset(["q", "p", "r"])',
    "sn": "toset([30, 4, 200])",
    "ms": 'tomap({ k = "v", a = "b", zz = "" })',
    "mn": "tomap({ one = 1, two = 2 })",
    "ml": 'tomap({ x = ["1", "2"], y = ["2"] })',
    "o": '{ name = "n", size = 7, on = false, inner = { list = [1, 2], deep = { v = "w" } }, none = null }',
    "lo": '[{ id = "i1", n = 1 }, { id = "i2", n = 2 }]',
    "lm": 'tolist([{ id = "i1", n = 1 }, { id = "i2", n = 2 }])',
}
"""Names that every expression may use."""

STRINGS = (
    '"abc"', '"a,b,,c"', '"Hello, World"', '""', '" padded\\t"', '"line1\\nline2\\n"', '"true"', '"12"', '"1.50"',
    '"-3"',
    '"ünïcödé"', '"x.y.z"', '"aaa"', '"$${not}"', '"%%{no}"', '"quote\\"d"', '"back\\\\slash"', '"<tag>&amp;"',
    '"10.0.0.0/8"',
)  # fmt: skip
NUMBERS = (
    "0", "1", "2", "3", "7", "-1", "-5", "10", "100", "0.5", "2.5", "-0.25", "1.1", "3.14159", "1e3", "1.5e-3", "255",
    "1000000", "123456789", "9007199254740993", "12345678901234567890",
)  # fmt: skip
SMALL = ("0", "1", "2", "3", "-1", "5", "1.5")
NAMES: dict[str, tuple[str, ...]] = {
    "S": ("s", "e", "u"),
    "N": ("n", "f"),
    "B": ("t",),
    "LS": ("ls",),
    "LN": ("ln",),
    "L": ("ls", "ln", "tu", "lo", "lm", "le"),
    "ST": ("ss", "sn"),
    "M": ("ms", "mn", "ml", "o"),
}
TEXTS: dict[str, tuple[str, ...]] = {
    "C": (
        "10.0.0.0/8", "10.1.2.0/24", "192.168.0.0/16", "010.0.0.0/8", "fd00:fd12:3456:7890::/56", "10.0.0.7/30",
        "::/0",
        "1.2.3.4/32", "300.1.1.1/8", "10.0.0.0", "2001:db8::/32", "1.2.3.4/33", "0.0.0.0/0",
    ),
    "T": (
        "2018-01-02T23:12:01Z", "2017-11-22T00:00:00-08:00", "2020-02-29T12:30:45.123456789Z", "0001-01-01T00:00:00Z",
        "2021-02-29T00:00:00Z", "2018-01-02", "1999-12-31T23:59:59+05:30", "2018-01-02T24:00:00Z",
        "9999-12-31T23:59:59Z",
    ),
    "D": ("10m", "-1h30m", "1.5h", "90s", "100ms", "0", "1d", "-0.5s", "87600h", "3us", "", "h", "1h 2m"),
    "TF": (
        "DD MMM YYYY hh:mm ZZZ", "EEEE, DD-MMM-YY hh:mm:ss ZZZ", "YYYY-MM-DD'T'hh:mm:ssZ", "H:m AA aa",
        "MMMM EEE ZZZZ ZZZZZ",
        "h 'o''clock'", "''", "YYY", "'open", "hh-mm-ss M/D", "s m HH", "x",
    ),
    "RE": (
        "[a-z]+", "(\\\\w)(\\\\d)?", "(?P<first>[a-z])(?P<second>.)", "^h", "o", "x*", "(", "(a)(?P<b>c)", "\\\\s",
        "(?i)HELLO",
        "a{2}", "[[:alpha:]]+$", "b|c", "(l+)", "",
    ),
    "RP": ("o", "/o/", "/(l+)/", "/^/", "/x*/", "/(?P<w>[a-z]+)/", "l", "/(/", "", "/[aeiou]/", "/", "//", " "),
    "RN": ("0", "<$1>", "$${w}", "$$", "", "$2x", "$w", "$${1}-", "$"),
    "FM": (
        "%s", "%s and %s", "%d", "%v", "%q", "%t", "%05d", "%-8s|", "%x", "%X", "%b", "%o", "%e", "%.2f", "%8.3f",
        "%g", "%+d",
        "%% %s", "%[2]s %[1]s", "%#v", "%5t", "%z", "%", "%s %", "%.3s", "%010.2f", "% d", "%#x", "%.2e", "%.3g",
        "%G", "no verbs",
        "%s-%d", "%E", "%-5d|", "%+.1f", "%3d", "%.5d", "%08b", "%v %v", "%06s",
    ),
    "J": (
        "{\\\"a\\\": [1, 2.5, null]}", "[]", "\\\"x\\\"", "12", "true", "null", "{", "",
        "{\\\"b\\\": {\\\"c\\\": \\\"d\\\"}}", "[1,]",
        "1e5", "\\\"\\\\u00e9\\\"", "{\\\"a\\\": 1} x", "-0.50", "NaN",
    ),
    "Y": (
        "a: 1", "- x\\n- 2\\n- true", "a: {b: [c, ~]}", "yes", "0x1F", "1.50", "'1'", "2020-01-01",
        "a: &x 1\\nb: *x", ": :",
        "a: b: c", "", "{a: 1, a: 2}", "--- 1\\n--- 2", "|\\n  text\\n  more\\n",
        "base: &b {k: v}\\nd:\\n  <<: *b\\n  e: f", ".inf: x",
        "- !!str 5", "- 1e3", "a: off\\nb: NO", "1: x", "0o17", "- -", "[a, b", "key: >\\n  folded\\n  text\\n",
        "\\\"q\\\": \\\"a\\\\nb\\\"",
    ),
    "CS": (
        "a,b\\n1,2\\n3,4", "a\\n", "", "a,a\\n1,2", "a,b\\n1", "\\\"q\\\",b\\n\\\"x\\\"\\\"y\\\",\\\"1\\n2\\\"",
        "a,b\\n\\n1,2\\r\\n",
        "a,b\\n\\\"x", "a b,c\\n x , y",
    ),
    "B6": ("aGVsbG8=", "aGVsbG8", "", "w6k=", "/w==", "aGVs bG8=", "aGVs\\nbG8=", "!!!!", "SGk="),
    "EN": ("UTF-8", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "windows-1252", "Shift_JIS", "nope", "US-ASCII", "utf-8"),
    "PE": ("a.txt", "missing", "sub/b.json", "empty"),
    "P": ("a.txt", "./a.txt", "sub/b.json", "missing.txt", "sub", "binary.bin", "sub/../a.txt", "empty"),
    "TP": ("t.tmpl", "loop.tmpl", "wrap.tmpl", "bad.tmpl", "missing.tmpl"),
    "PA": ("a/b/c.txt", "/etc/x", "", ".", "a/", "/", "x", "a//b/../c", "../up", "a/./b/"),
    "GL": ("*.txt", "**/*.tmpl", "**/*.json", "sub/*", "?.txt", "{a,x}.txt", "[ab]*", "nothing*", "sub/**",
    "[a-b]*", "**/b.*"),
    "NS": ("dns", "url", "oid", "x500", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "nope"),
    "NU": ("12", "ff", "1010", "-7f", "zZ", "", "0x1", "9", "1_000", "+5"),
    "H": ("a%20b", "x+y", "%zz", "plain"),
    "TS": (
        "hi $${name}", "%%{ for x in list }$${x},%%{ endfor }", "$${missing}", "plain", "$${size + 1}",
    "%%{ if on }a%%{ else }b%%{ endif }",
    ),
}

FUNCTION_ARGUMENTS: dict[str, str] = {
    "abs": "N", "abspath": "PA", "alltrue": "LB", "anytrue": "LB", "base64decode": "B6", "base64encode": "S",
    "base64gzip": "S",
    "base64sha256": "S", "base64sha512": "S", "basename": "PA", "bcrypt": "S", "can": "A", "ceil": "N", "chomp": "S",
    "chunklist": "L I", "cidrhost": "C I", "cidrnetmask": "C", "cidrsubnet": "C NB I", "cidrsubnets": "C I I I",
    "coalesce": "A S S", "coalescelist": "L L", "compact": "LS", "concat": "L L", "contains": "L A",
    "csvdecode": "CS",
    "dirname": "PA", "distinct": "L", "element": "L E", "endswith": "S S", "ephemeralasnull": "A", "file": "P",
    "filebase64": "P",
    "filebase64sha256": "P", "filebase64sha512": "P", "fileexists": "PE", "filemd5": "P", "fileset": "DI GL",
    "filesha1": "P",
    "filesha256": "P", "filesha512": "P", "flatten": "LL", "floor": "N", "format": "FM A", "formatdate": "TF T",
    "formatlist": "FM L", "indent": "I S", "index": "L A", "issensitive": "SE", "join": "S LS", "jsondecode": "J",
    "jsonencode": "A",
    "keys": "M", "length": "A", "log": "PN LB2", "lookup": "M K A", "lower": "S", "matchkeys": "LS LS LS",
    "max": "N N N", "md5": "S",
    "merge": "M M", "min": "N N", "nonsensitive": "SN", "one": "O1", "parseint": "NU BA", "pathexpand": "PA",
    "plantimestamp": "",
    "pow": "PN E2", "range": "I I", "regex": "RE S", "regexall": "RE S", "replace": "S RP RN", "reverse": "L",
    "rsadecrypt": "S S",
    "sensitive": "A", "setintersection": "ST ST", "setproduct": "L L", "setsubtract": "ST L", "setunion": "ST ST L",
    "sha1": "S",
    "sha256": "S", "sha512": "S", "signum": "N", "slice": "L I I", "sort": "LS", "split": "SP S", "startswith": "S S",
    "strcontains": "S S", "strrev": "S", "substr": "S I I", "sum": "LN", "templatefile": "TP V",
    "templatestring": "LT V",
    "textdecodebase64": "B6 EN", "textencodebase64": "S EN", "timeadd": "T D", "timecmp": "T T", "timestamp": "",
    "title": "S",
    "tobool": "A", "tolist": "L", "tomap": "M", "tonumber": "A", "toset": "L", "tostring": "A", "transpose": "ML",
    "trim": "S SP",
    "trimprefix": "S S", "trimspace": "S", "trimsuffix": "S S", "try": "X A", "upper": "S", "urlencode": "S",
    "uuid": "",
    "uuidv5": "NS S", "values": "M", "yamldecode": "Y", "yamlencode": "A", "zipmap": "LS L",
}  # fmt: skip
"""Each of the functions, and what kinds of argument it usually takes."""

UNCOMPARED = frozenset(("uuid", "timestamp", "bcrypt", "plantimestamp", "base64gzip", "rsadecrypt"))
"""Functions whose result is compared by type only."""

FUNCTION_RESULTS = {"S": (
    "base64encode", "chomp", "format", "join", "jsonencode", "lower", "md5", "replace", "substr", "title",
    "trimspace", "upper",
    "tostring", "strrev", "indent", "trimprefix",
), "N": ("abs", "ceil", "floor", "length", "max", "min", "pow", "sum", "tonumber", "signum"),
    "B": ("alltrue", "anytrue", "contains", "endswith", "startswith", "strcontains", "can", "tobool"),
    "LS": ("compact", "sort", "split", "formatlist", "keys", "regexall"),
    "L": ("concat", "distinct", "flatten", "reverse", "slice", "tolist", "values", "setproduct", "chunklist",
    "range"),
    "M": ("merge", "tomap", "zipmap", "transpose", "jsondecode"),
    "ST": ("toset", "setunion", "setintersection", "setsubtract"),
}  # fmt: skip

TEMPLATES = {f"tpl{number}": f'"{text}"' for number, text in enumerate(TEXTS["TS"])}
"""More locals: templates for `templatestring`, which takes only names."""

FORMS = (
    "string", "number", "bool", "null", "variable", "tuple", "object", "template", "template wrap", "template if",
    "template for", "heredoc", "conditional", "unary -", "unary !", "for tuple", "for object", "for group",
    "for if", "index",
    "attribute", "splat", "expand", "wrong access",
    *(f"operator {sign}" for sign in ("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||")),
)  # fmt: skip
"""Every form of expression that the generator knows."""

ACCESS = {
    "S": (
        "local.ls[1]", "local.o.name", "local.ms.k", 'local.ms["a"]', "local.tu[0]", "local.o.inner.deep.v",
        "local.lo[0].id", "local.lo.1.id", "local.ls.0",
    ),
    "N": ("local.o.size", 'local.o["size"]', "local.ln[2]", "local.mn.two", 'local.ln["0"]', 'local.lo[1]["n"]'),
    "B": ("local.o.on", "local.tu[2]"),
    "LS": ("local.lo[*].id", "local.lm.*.id", "local.s[*]", "local.tu[4]", "local.z[*]"),
    "L": (
        "local.lm[*]", "local.o[*].inner.list[0]", "local.lo.*.n", "local.ss[*]", "local.o.inner.list", "local.lm[*].n",
        "local.lo[*].missing", "local.o.*.size[0]",
    ),
    "M": ("local.o.inner", "local.lo[0]", "local.o.inner.deep"),
}  # fmt: skip
WRONG_ACCESS = (
    "local.ls[5]", "local.ls[-1]", "local.o.nope", 'local.ss["q"]', "local.s.x", "local.tu[1.5]", "local.z.a",
    'local.ls["x"]', "local.ms.nope",
)  # fmt: skip
