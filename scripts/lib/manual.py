#!/usr/bin/env python3
"""manual.py commands FOLDER < DUMP     pages of hubtap and its commands, from `hubtap --experimental-dump-help`
manual.py usage FOLDER NAME < USAGE  the page of a program from its usage text, as `hubtap-hub --help` prints it

Pages are mdoc(7): FOLDER/man1/hubtap.1, FOLDER/man1/hubtap-run.1, FOLDER/man8/hubtap-hub.8. They are dated by
SOURCE_DATE_EPOCH, or else by today, and name the version in HUBTAP_VERSION.
"""
import json
import os
import re
import sys
import time

EXIT_CODES = [
    ("0", "Done."),
    ("1", "Failed while running."),
    ("2", "Wrong usage or configuration; the message says what would be right."),
]


def text(words):
    """Words as roff takes them: no character of theirs is a request or an escape."""
    escapes = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "~": "\\(ti", "^": "\\(ha"}
    words = "".join(escapes.get(character, character) for character in words)
    return "\\&" + words if words.startswith(".") else words


def operands(words):
    """Operands of a macro: quoted, so that none of them is taken for a macro itself."""
    return " ".join('"' + text(word).replace('"', '""') + '"' for word in words)


def prose(words):
    """A paragraph, each sentence on a line of its own so that roff spaces them."""
    return [text(sentence) for sentence in re.split(r"(?<=[.]) +", " ".join(words.split())) if sentence]


def literal(lines):
    """Lines that stay as they are."""
    return [".Bd -literal -offset indent", *(text(line) for line in lines), ".Ed"] if lines else []


def paragraphs(groups):
    """Groups of lines with a break between each two."""
    lines = []
    for group in filter(None, groups):
        lines += ([".Pp"] if lines else []) + group
    return lines


def tagged(items):
    """A list of items, each with a macro for its tag and the words for it."""
    if not items:
        return []
    return [".Bl -tag -width Ds", *(line for tag, words in items for line in (tag, *prose(words))), ".El"]


def page(name, section, summary, sections):
    """A whole page; a section without lines is left out."""
    date = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    summary = summary.strip().rstrip(".")
    lines = [
        time.strftime(".Dd %B ", date) + f"{date.tm_mday}, {date.tm_year}",
        f".Dt {name.upper()} {section}",
        ".Os " + operands(["hubtap " + os.environ.get("HUBTAP_VERSION", "")]),
        ".Sh NAME",
        ".Nm " + name,
        ".Nd " + text(summary[0].lower() + summary[1:]),
    ]
    for title, body in sections:
        lines += [".Sh " + title, *body] if body else []
    return "\n".join(lines) + "\n"


def write(folder, name, section, content):
    place = os.path.join(folder, f"man{section}")
    os.makedirs(place, exist_ok=True)
    with open(os.path.join(place, f"{name}.{section}"), "w", encoding="utf-8") as file:
        file.write(content)


def flag(name):
    """A name of an option; .Fl writes the first dash itself."""
    return "Fl " + operands([("-" if name["kind"] == "long" else "") + name["name"]])


def signature(argument, name=None):
    """An argument in macros: the option's name, if it is one, and its value."""
    words = [flag(name)] if name else []
    words += ["Ar " + operands([argument["valueName"]])] if argument["kind"] != "flag" else []
    return " ".join(words)


def synopsis(command, full_name):
    lines = [".Nm " + operands([full_name])]
    for argument in command["arguments"]:
        words = signature(argument, argument.get("preferredName"))
        words += ' "..."' if argument["isRepeating"] else ""
        lines.append(f".Op {words}" if argument["isOptional"] else f".{words}")
    return lines + ([".Ar command ..."] if command["subcommands"] else [])


def option_items(command):
    for argument in command["arguments"]:
        names = sorted(argument.get("names", []), key=lambda name: len(name["name"]) > 1) or [None]
        words = argument.get("abstract", "")
        if "defaultValue" in argument:
            words = words.rstrip(".") + f". Default: {argument['defaultValue']}."
        yield ".It " + " , ".join(signature(argument, name) for name in names), words


def split_discussion(discussion):
    """The examples, which are indented, and the rest."""
    lines = [line for line in discussion.splitlines() if line.strip() and line != "Examples:"]
    examples = [line.strip() for line in lines if line.startswith("  ")]
    return examples, " ".join(line for line in lines if not line.startswith("  "))


def visible(things):
    return [thing for thing in things if thing.get("shouldDisplay", True)]


def write_command(folder, command, parents):
    """Writes the page of a command and those of its subcommands."""
    command["arguments"] = visible(command.get("arguments", []))
    # swift-argument-parser adds the command `help` to every program.
    subcommands = visible(command.get("subcommands", []))
    command["subcommands"] = [it for it in subcommands if it["commandName"] != "help"]
    names = [*parents, command["commandName"]]
    examples, rest = split_discussion(command.get("discussion", ""))
    pages = {"-".join([*names, it["commandName"]]): it["abstract"] for it in command["subcommands"]}
    related = [f".Xr {name} 1" for name in sorted([*pages, *filter(None, ["-".join(parents)])])]
    related.append(".Xr hubtap-hub 8")
    sections = [
        ("SYNOPSIS", synopsis(command, " ".join(names))),
        ("DESCRIPTION", paragraphs([prose(command["abstract"]), prose(rest)])),
        ("COMMANDS", tagged([(f".It Xr {name} 1", words) for name, words in pages.items()])),
        ("OPTIONS", tagged(list(option_items(command)))),
        ("EXIT STATUS", tagged([(f".It {code}", words) for code, words in EXIT_CODES])),
        ("EXAMPLES", literal(examples)),
        ("SEE ALSO", [line + " ," for line in related[:-1]] + related[-1:]),
    ]
    name = "-".join(names)
    write(folder, name, 1, page(name, 1, command["abstract"], sections))
    for subcommand in command["subcommands"]:
        write_command(folder, subcommand, names)


def usage_word(word):
    """A word of a usage line: an option, a value, or either in brackets."""
    repeated = word.endswith("...")
    word = word.removesuffix("...")
    return ("Fl " + operands([word[1:]]) if word.startswith("--") else "Ar " + operands([word])) + ' "..."' * repeated


def usage_synopsis(name, lines):
    """Usage lines in macros: `name --port NAME [--port NAME...]`."""
    result = []
    for line in lines:
        result.append(".Nm " + name)
        for part in re.findall(r"\[[^]]*\]|\S+", line.removeprefix(name)):
            words = " ".join(usage_word(word) for word in part.strip("[]").split())
            result.append((".Op " if part.startswith("[") else ".") + words)
    return result


def usage_option(line):
    """Tag and words of a line such as `  --port NAME   an interface`."""
    left, _, words = line.strip().partition("  ")
    parts = [part.split() for part in left.split(", ")]
    tag = " , ".join(" ".join(usage_word(word) for word in part) for part in parts)
    return [".It " + tag, words.strip()]


def write_usage(folder, name, usage):
    """Writes the page of a program that describes itself in the usual form of a usage text."""
    calls, options, examples, status, groups = [], [], [], [], [[]]
    place = None
    for line in usage.splitlines():
        head = re.match(r"(Usage|Examples?|Exit status): *", line)
        if head:
            place = {"U": calls, "E": examples}[head[1][0]] if head[1] != "Exit status" else status
            line = line[head.end():]
            if line:
                place.append(line)
        elif re.match(r"  --\w", line):
            place = options
            options.append(usage_option(line))
        elif not line.strip():
            place = None
            groups.append([])
        elif place is options:
            options[-1][1] += " " + line.strip()
        elif place is not None:
            place.append(line.strip())
        else:
            groups[-1].append(line)
    description = [" ".join(group) for group in groups if group]
    if not (calls and options and description):
        sys.exit(f"manual.py: the usage text of {name} lacks its calls, its options or its purpose")
    codes = re.findall(r"(\d+) ([^,.]+)", " ".join(status))
    sections = [
        ("SYNOPSIS", usage_synopsis(name, calls)),
        ("DESCRIPTION", paragraphs([prose(group) for group in description])),
        ("OPTIONS", tagged([(tag, sentence(words)) for tag, words in options])),
        ("EXIT STATUS", tagged([(f".It {code}", sentence(words)) for code, words in codes])),
        ("EXAMPLES", literal(examples)),
        ("SEE ALSO", [".Xr hubtap 1 ,", ".Xr hubtap-run 1"]),
    ]
    write(folder, name, 8, page(name, 8, description[0].split(". ")[0], sections))


def sentence(words):
    return words[:1].upper() + words[1:] + "." if words else words


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "commands":
        dump = json.load(sys.stdin)
        if dump["serializationVersion"] != 0:
            sys.exit("manual.py: swift-argument-parser dumps another form now; this script knows 0")
        return write_command(arguments[1], dump["command"], [])
    if len(arguments) == 3 and arguments[0] == "usage":
        return write_usage(arguments[1], arguments[2], sys.stdin.read())
    print(__doc__)
    return 0 if "--help" in arguments else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
