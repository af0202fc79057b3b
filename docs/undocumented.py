"""Prints the public names without a comment, from Doxygen's warnings, and fails if there are any.

    python3 docs/undocumented.py build/docs/undocumented.log

A comment stands on the name, or at the end of its line. It also serves the declarations below it until an empty line,
and the other overloads of a function in its header. A field of a real or exact number needs a comment of its own,
unless its name says what it counts in which unit; the ends of an interval and a value are of the quantity that their
type is documented as. What every law form, every number and every container has is documented by the concept; equality
is that of all members, and copies are equal.
"""

import re
import sys

OF_FORMS = {"inputs", "coefficients", "quantities", "loss", "irreducible", "of", "training_flops_per_token", "additive"}
OF_CONTAINERS = {"begin", "end", "size", "empty"}
# Of `Arithmetic` in core/arithmetic.hpp and of the numbers that laws run on in laws/law.hpp; and comparison.
OF_NUMBERS = re.compile(r"operator(?:[-+*/]|[<>=]=|[<>]|<=>)|min|exp|log|sqrt|fma")
NUMBER = re.compile(r"\s*(?:static )?(?:inline )?(?:constexpr )?(?:std::optional<)?(?:double|count)\b")
# Names of fields that say what they count, in which unit.
SAYS_ITS_UNIT = re.compile(
    r"(?:n_|d_)\w+|(?:\w*_)?(?:tokens|parameters|bytes|flops|seconds|days|devices|sequences|layers|rank|dim|size|mfu|loss)"
    r"|\w*_per_\w+|sequence_length|vocab_size|learning_rate|top_k|granularity|expansion_rate|confidence|coverage"
    r"|low|high|median|best|value"
)
WARNING = re.compile(r"(\S+):(\d+): warning: (Member|Compound) (.*) is not documented\.$")
NOT_A_DECLARATION = ("template", "requires", "[[", "}", "public:")


def is_comment(line):
    return "///" in line or re.search(r"[;,{] +// ", line)


def has_comment_above(lines, number):
    """Whether a comment precedes the line in its paragraph."""
    for line in reversed(lines[: number - 1]):
        if not line.strip():
            return False
        if is_comment(line):
            return True
    return False


def has_documented_overload(lines, name):
    for number, line in enumerate(lines, 1):
        if re.search(rf"\b{re.escape(name)}\(", line):
            above = number - 2
            while above >= 0 and lines[above].strip().startswith(NOT_A_DECLARATION[:3]):
                above -= 1
            if above >= 0 and lines[above].strip().startswith("///"):
                return True
    return False


def needs_comment(kind, declared, lines, number):
    if kind == "Compound":
        name = declared.rsplit("::", 1)[-1]
        return name not in OF_FORMS and not has_comment_above(lines, number)
    name = re.match(r"operator(?:\[\]|\(\)|[^(]*)|[^ (\[]*", declared).group()
    owner = re.search(r" of (?:struct|class) ([\w:]+)", declared)
    if ("(friend)" in declared or " of namespace " in declared) and OF_NUMBERS.fullmatch(name):
        return False
    if owner:
        if "(variable)" in declared:
            line = lines[number - 1]
            return bool(NUMBER.match(line)) and not is_comment(line) and not SAYS_ITS_UNIT.fullmatch(name)
        type_name = owner.group(1).rsplit("::", 1)[-1]
        if re.match(rf"(?:{type_name}|operator=)\({type_name} (?:const &|&&)(?: \w+)?\)", declared):
            return False
        if name in OF_CONTAINERS:
            return False
    if name in OF_FORMS and re.search(r"moetric::v0::(laws|fit)::", declared):
        return False
    if has_comment_above(lines, number):
        return False
    return name.startswith("operator") or not has_documented_overload(lines, name)


def main():
    files = {}
    missing = set()
    for warning in open(sys.argv[1]):
        found = WARNING.match(warning)
        if not found:
            continue
        path, number, kind, declared = found.groups()
        if path not in files:
            files[path] = open(path).read().split("\n")
        if needs_comment(kind, declared, files[path], int(number)):
            missing.add((path, int(number), declared))
    for path, number, declared in sorted(missing):
        print(f"{path}:{number}: {declared} needs a comment")
    return 1 if missing else 0


sys.exit(main())
