# What a client of the tests says and hears: every question carries a word of its own, which has to come
# back in its answer, so that a proxy which gives an answer to another question is found out.
import itertools
import json
import os
import sys

_numbers = itertools.count()
_asked = []


def token():
    """A word that no other question carries."""
    word = f"token-{os.getpid()}-{next(_numbers)}-end"
    _asked.append(word)
    return word


def value():
    """A word that is kept and asked for later."""
    return f"value-{os.getpid()}-{next(_numbers)}"


def same(found, known):
    """Ends the client where an answer is not the one that belongs to the question."""
    if isinstance(found, (bytes, memoryview)):
        found = bytes(found).decode()
    if found != known:
        sys.exit(f"asked for {known!r} and heard {found!r}")


def done():
    print(json.dumps(_asked))
