#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""random.py SEED DIRECTORY: about 30 units with random dependencies, made from a seed. Even seeds also have handed-on stops,
isolation, and job modes. No Conflicts=: which of two wanted units wins is a matter of systemd's hash tables.

Writes DIRECTORY/units/NAME, and in DIRECTORY rules (for events.py), wanted (what default.target wants) and play (what is done when the
system is up). All that is compared is determined: what may fail is always waited for by what it may take along.
"""
import os
import random
import sys

N_UNITS = 30


class Unit:
    def __init__(self, index, rng):
        self.name = "u%02d" % index
        self.index = index
        self.kind = rng.choices(["oneshot", "daemon", "fails", "condition", "target", "gone"], [12, 10, 2, 2, 2, 1])[0]
        self.lines = []

    def id(self):
        return self.name + (".target" if self.kind == "target" else ".service")


KINDS = {
    False: (["order", "Wants", "Requires", "BindsTo", "Requisite", "PartOf"], [6, 4, 4, 2, 1, 3]),
    True: (["order", "Wants", "Requires", "BindsTo", "Requisite", "PartOf", "PropagatesStopTo"], [6, 5, 3, 2, 1, 3, 1]),
}


def add_edges(units, rng, rules, wild):
    for u in units:
        for other in rng.sample(units[: u.index], min(u.index, rng.randint(0, 3))):
            kind = rng.choices(*KINDS[wild])[0]
            if kind == "PropagatesStopTo" and u.kind not in ("oneshot", "daemon", "target"):
                kind = "order"  # it would stop others while they start
            # Ordered in one of the two spellings, if at all: only what cannot fail may be unordered.
            if kind in ("Wants", "PartOf") and rng.random() < 0.4:
                u.lines.append("%s=%s" % (kind, other.id()))
                continue
            if rng.random() < 0.7:
                u.lines.append("After=" + other.id())
            else:
                other.lines.append("Before=" + u.id())
            rules.append("after %s | %s" % (u.name, other.name))
            if kind != "order":
                u.lines.append("%s=%s" % (kind, other.id()))


def service_lines(u, rng):
    if u.kind == "daemon":
        ready = rng.choice(["", "", " ready=0.1", " ready=0.2"])
        yield "ExecStart=/ev/serve %s%s" % (u.name, ready)
        yield "Type=notify"
        yield "NotifyAccess=all"
        return
    yield "Type=oneshot"
    if u.kind == "fails":
        yield "ExecStart=/ev/ev -1 start " + u.name
        return
    yield "RemainAfterExit=yes"
    yield "ExecStart=%s" % ("/nowhere" if u.kind == "gone" else "/ev/ev start " + u.name)
    yield "ExecStop=/ev/ev stop " + u.name


def write_unit(u, directory, rng, wild):
    with open(os.path.join(directory, "units", u.id()), "w") as f:
        f.write("[Unit]\n" + ("AllowIsolate=yes\n" if wild else ""))
        if u.kind == "condition":
            f.write("ConditionPathExists=/nowhere\n")
        f.write("".join(line + "\n" for line in u.lines))
        if u.kind != "target":
            f.write("[Service]\n" + "".join(line + "\n" for line in service_lines(u, rng)))


def write_play(units, path, rng, wild):
    verbs = ["stop", "stop", "restart", "start"]
    if wild:
        verbs += ["isolate", "try-restart", "start --job-mode=fail", "stop --job-mode=replace-irreversibly", "restart --job-mode=ignore-requirements"]
    with open(path, "w") as f:
        for i in range(5 if wild else 4):
            u = rng.choice([x for x in units if x.kind in ("oneshot", "daemon", "target")])
            verb = rng.choice(verbs)
            f.write("mark %d %s %s\nrun systemctl %s %s\nsettle\nstates\n" % (i, verb, u.id(), verb, u.id()))


def main():
    seed, directory = sys.argv[1:3]
    rng = random.Random("boot " + seed)
    os.makedirs(os.path.join(directory, "units"), exist_ok=True)
    rules = []
    wild = int(seed) % 2 == 0
    units = [Unit(i, rng) for i in range(N_UNITS)]
    add_edges(units, rng, rules, wild)
    for u in units:
        write_unit(u, directory, rng, wild)
    with open(os.path.join(directory, "rules"), "w") as f:
        f.write("".join(rule + "\n" for rule in rules))
    with open(os.path.join(directory, "wanted"), "w") as f:
        f.write(" ".join(u.id() for u in rng.sample(units, N_UNITS * 3 // 4)))
    write_play(units, os.path.join(directory, "play"), rng, wild)


main()
