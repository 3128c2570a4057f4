"""Character offsets and byte offsets of one text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.source.located import ByteOffsets


@given(st.text(st.sampled_from("ab\n\xe9\u0800\uffff\U00010000\ud800") | st.characters(), max_size=40))
def test_byte_offsets_are_those_of_the_encoded_text(text: str) -> None:
    offset = ByteOffsets(text)
    for index in range(len(text) + 1):
        assert offset(index) == len(text[:index].encode("utf-8", "surrogatepass"))
