#!/usr/bin/env python3
"""readme-commands.py list README.md             the commands of its shell blocks, one a line
readme-commands.py check README.md PROGRAMS   holds them against the programs' own help

A shell block is fenced with ```sh, ```bash, ```shell or ```console; in a console block only lines
that begin with "$ " or "# " are commands. Of every hubtap and every script the command and each
option must be in its help. PROGRAMS is the folder of hubtap.
"""
import os
import re
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FENCE = re.compile(r"^\s*```\s*(\w*)")
PREFIXES = {"sudo", "env", "time", "exec"}


def commands(path):
    """Every command line with the number of its line, continuations joined."""
    language, pending, begun = None, "", 0
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            fence = FENCE.match(line)
            if fence:
                language = None if language is not None else fence.group(1).lower()
                continue
            if language not in ("sh", "bash", "shell", "console"):
                continue
            if language == "console" and not pending:
                if not line.startswith(("$ ", "# ")):
                    continue
                line = line[2:]
            text = (pending + " " + line.strip()).strip()
            begun = begun if pending else number
            if text.endswith("\\"):
                pending = text[:-1].rstrip()
                continue
            pending = ""
            text = re.sub(r"\s+#.*$", "", text)
            if text and not text.startswith("#"):
                yield begun, text


def simple_commands(text):
    """The words of each program in a line of shell, without what stands in front of it."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = []
    for token in list(lexer) + [";"]:
        if token and set(token) <= set(";|&()<>"):
            if words and words[0] == "ssh":
                words = words[2:]
            while words and (words[0] in PREFIXES or re.match(r"^\w+=", words[0])):
                words = words[1:]
            if words and token not in ("<", ">", ">>"):
                yield words
            words = [] if token not in ("<", ">", ">>") else words
        else:
            words.append(token)


def help_of(command):
    result = subprocess.run(command, capture_output=True, text=True)
    return result.stdout + result.stderr if result.returncode == 0 else None


def options(words):
    for word in words:
        if word == "--":
            return
        if re.match(r"^--?[A-Za-z]", word):
            yield word.split("=")[0]


def mistakes(words, programs):
    name = words[0]
    if os.path.basename(name) == "hubtap":
        program = os.path.join(programs, "hubtap")
        # A command may have commands of its own; what is an argument instead changes no help.
        plain = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
        asked = [program] + words[1:min(plain, 3)]
        text = help_of(asked + ["--help"])
        if text is None:
            return [f"hubtap has no command '{words[1]}'"]
        label, known = "hubtap " + " ".join(asked[1:]), text
    elif name.startswith(("scripts/", "./scripts/")):
        script = os.path.join(ROOT, name)
        if not os.access(script, os.X_OK):
            return [f"there is no script {name}"]
        label, known = name, help_of([script, "--help"]) or ""
    else:
        return []
    return [f"{label} has no option {option}" for option in options(words[1:])
            if not re.search(r"(?<![\w-])" + re.escape(option) + r"(?![\w-])", known + " --help --version")]


def check(path, programs):
    wrong, count = 0, 0
    for number, text in commands(path):
        for words in simple_commands(text):
            count += 1
            for mistake in mistakes(words, programs):
                print(f"{path}:{number}: {mistake}: {text}", file=sys.stderr)
                wrong += 1
    print(f"{count} commands, {wrong} mistakes")
    return 1 if wrong or not count else 0


if len(sys.argv) == 3 and sys.argv[1] == "list":
    print("\n".join(text for _, text in commands(sys.argv[2])))
elif len(sys.argv) == 4 and sys.argv[1] == "check":
    sys.exit(check(sys.argv[2], sys.argv[3]))
else:
    print(__doc__)
    sys.exit(0 if "--help" in sys.argv else 2)
