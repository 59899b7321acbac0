#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""events.py LOG RULES: what is comparable in a log of events, on stdout.

Between two marks ("-- …") the lines are sorted, because parallel ones come in any order. RULES has one a line:
  exact                    nothing is parallel: the lines stay as they are
  order A | B | C …        says whether these lines stand in this order
  span A | B | SECONDS     says whether B came about SECONDS after A: 0.6 s earlier to 2.5 s later
  without PATTERN          lines that match are left out
  after UNIT | OTHER       UNIT is ordered after OTHER: every pair that follows from such edges, over units that have a line between the same
                           two marks, must be in order: a "start" after, the first "signal" or "stop" before. Prints those that are not
"""
import re
import sys


def read_rules(path):
    rules = []
    with open(path) as f:
        for line in f:
            word, _, rest = line.strip().partition(" ")
            if word:
                rules.append((word, [rest] if word == "without" else [x.strip() for x in rest.split("|")]))
    return rules


def read_log(path, rules):
    left_out = [re.compile(a[0]) for w, a in rules if w == "without"]
    events = []
    try:
        f = open(path)
    except FileNotFoundError:
        return events
    with f:
        for line in f:
            stamp, _, text = line.rstrip("\n").partition(" ")
            if not any(p.search(text) for p in left_out):
                events.append((int(stamp), text))
    return events


def split_segments(events):
    segments = [("", [])]
    for _, text in events:
        if text.startswith("-- "):
            segments.append((text, []))
        else:
            segments[-1][1].append(text)
    return segments


def show_order(words, events):
    at = -1
    texts = [text for _, text in events]
    for word in words:
        if word not in texts:
            return "missing: " + word
        found = texts.index(word)
        if found < at:
            return "not in order: " + word
        at = found
    return "in order"


def show_span(first, last, seconds, events):
    stamps = {text: stamp for stamp, text in reversed(events)}
    if first not in stamps or last not in stamps:
        return "missing"
    took = (stamps[last] - stamps[first]) / 1000
    # A line is written some time after what it tells of has begun: on a busy machine that is a lot.
    if float(seconds) - 0.6 <= took <= float(seconds) + 2.5:
        return "about " + seconds
    return "%.1f s" % took


def first_of(kinds, segment):
    """unit → position of its first line of one of these kinds"""
    at = {}
    for i, text in enumerate(segment):
        words = text.split()
        if words[0] in kinds:
            at.setdefault(words[-1], i)
    return at


def reachable(edges, units):
    """pairs (a, b): a is after b, over units of this segment only"""
    pairs = set()
    for unit in units:
        todo, seen = [unit], set()
        while todo:
            for other in edges.get(todo.pop(), ()):
                if other in units and other not in seen:
                    seen.add(other)
                    todo.append(other)
                    pairs.add((unit, other))
    return pairs


def check_graph(edges, name, segment):
    for kinds, sign in ((("start",), 1), (("signal", "stop"), -1)):
        at = first_of(kinds, segment)
        pairs = reachable(edges, set(at))
        wrong = ["%s %s" % p for p in sorted(pairs) if (at[p[0]] - at[p[1]]) * sign < 0]
        print("%s pairs of %s in '%s': %d, wrong: %s" % ("ordered", kinds[0], name, len(pairs), wrong))


def main():
    rules = read_rules(sys.argv[2])
    events = read_log(sys.argv[1], rules)
    is_exact = any(word == "exact" for word, _ in rules)
    edges = {}
    for word, words in rules:
        if word == "after":
            edges.setdefault(words[0], []).append(words[1])
    for name, segment in split_segments(events):
        if name:
            print(name)
        for text in segment if is_exact else sorted(segment):
            print("  " + text)
        if edges:
            check_graph(edges, name, segment)
    for word, words in rules:
        if word == "order":
            print("order %s: %s" % (" < ".join(words), show_order(words, events)))
        elif word == "span":
            print("span %s: %s" % (" .. ".join(words[:2]), show_span(*words, events)))


main()
