"""Where one word ends and the next begins."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.tokens import token_key, tokenize


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("R&D & node.js, .NET; C++ or C#", "r&d and node.js .net c++ or c#"),
        ("负责Java开发,熟悉Spring和C++及.NET", "负责 java 开发 熟悉 spring 和 c++ 及 .net"),
        ("ノードNode.js開発", "ノード node.js 開発"),
        ("Java를 사용한 C#", "java 를 사용한 c#"),
        ("เขียนPythonได้", "เขียน python ได้"),
        ("Универсальный Python3", "универсальный python 3"),
    ],
)
def test_a_name_stands_apart_from_a_script_that_has_no_spaces(text: str, key: str) -> None:
    assert token_key(text) == key
    assert all(text[token.start : token.end].strip() for token in tokenize(text))
