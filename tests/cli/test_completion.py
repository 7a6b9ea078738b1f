"""`gatehouse completion`: what a shell offers."""

import shutil
import subprocess

import pytest

from cli.main import main

OFFERS = """
{script}
COMP_WORDS=({words}) COMP_CWORD={last}
_shtab_gatehouse
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", "bash"]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("gatehouse us", {"users"}),
        ("gatehouse users re", {"reset", "remove"}),
        ("gatehouse grants list --u", {"--user"}),
        ("gatehouse keys rotate --st", {"--stack"}),
        ("gatehouse completion z", {"zsh"}),
    ],
)
def test_bash_completes_words_and_options(script: str, words: str, offered: set[str]) -> None:
    last = len(words.split()) - 1
    ran = subprocess.run(
        ["bash", "-c", OFFERS.format(script=script, words=words, last=last)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert set(ran.stdout.split()) == offered


def test_zsh_takes_what_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "zsh"]) == 0

    said = capsys.readouterr().out
    assert said.startswith("#compdef gatehouse")
    assert "signing key" in said
    if zsh := shutil.which("zsh"):
        subprocess.run([zsh, "-n"], input=said, text=True, check=True)
