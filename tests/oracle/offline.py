#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Offline verbs beside the real systemctl: random trees, random commands, everything compared.

offline.py [--sequences N] [--seed S] [--commands N] [--jobs N] [--ours BINARY] [--stop] [CASE…]

A case is a file, see Case; a sequence is a number. It makes one tree and the commands that are run in it, always the same for the same number. The
tree is made, the commands are run with the oracle, and after each the exit status, both outputs and the whole tree (names, types, link
texts, contents, modes) are noted; then the same tree is made again at the same path and the commands are run with
ours. Only where a difference is one of the order of lines is it looked at again, sorted, and only for verbs where the order
of the lines is that of a directory.
"""
import argparse
import ctypes
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import traceback

ORACLE = os.environ.get("ORACLE_TREE", "/var/cache/soloctl/oracle-trixie")
ETC, RUN, LIB = "etc/systemd/system", "run/systemd/system", "usr/lib/systemd/system"
PLACES = [(LIB, 12), (ETC, 5), (RUN, 2), ("usr/local/lib/systemd/system", 2), ("run/systemd/generator", 1),
          ("run/systemd/generator.early", 0.5), ("run/systemd/generator.late", 0.7), ("run/systemd/transient", 0.5),
          ("etc/systemd/system.control", 0.3), ("run/systemd/system.control", 0.3), ("etc/systemd/system.attached", 0.3)]
USER_PLACES = [("usr/lib/systemd/user", 6), ("etc/systemd/user", 2), ("run/systemd/user", 1), ("usr/share/systemd/user", 1)]
PLAIN = ["a.service", "b.service", "c.service", "d.service", "e-f.service", "g.service", "s.socket", "w.timer", "p.path"]
TARGETS = ["multi-user.target", "graphical.target", "x.target", "default.target"]
TEMPLATES = ["t@.service", "u@.service", "v@.service", "q@.target", "s@.socket"]
INSTANCES = ["t@1.service", "t@2.service", "u@1.service", "u@x-y.service", "v@1.service", "q@1.target", "s@1.socket"]
ODD = ["m.mount", "z.slice", "k.scope", "h.swap", "o.automount", "dev-x.device", "m@.mount", "z@1.slice"]
BAD = ["nosuffix", "x.bogus", ".hidden.service", "a@b@c.service", "@x.service"]
SECTIONS = ["Unit", "Service", "Socket", "Foo", "X-Foo", "Install ", "Timer"]


# What stands in each tree for the sequences that are played in a chroot.
BINDS = (".oracle", ".host", ".ours", "proc")
BASE_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}


def weighted(rng, rows):
    return rng.choices([r[0] for r in rows], [r[1] for r in rows])[0]


class Tree:
    """What is to be made, as a list of steps, so that it can be made twice in the same order."""

    def __init__(self, rng, places, chroot):
        self.rng, self.places, self.chroot, self.steps, self.used = rng, places, chroot, [], set()
        self.names = []
        self.make()

    def add(self, kind, path, what=""):
        if path in self.used or any(path.startswith(u + "/") for u in self.used):
            return
        self.used.add(path)
        self.steps.append((kind, path, what))

    def any_name(self):
        rng = self.rng
        if self.names and rng.random() < 0.65:
            return rng.choice(self.names)
        return rng.choice(weighted(rng, [(PLAIN, 8), (TARGETS, 3), (TEMPLATES, 3), (INSTANCES, 4), (ODD, 0.6)]))

    # ---- [Install] ----

    def word(self, key):
        rng = self.rng
        r = rng.random()
        if key == "DefaultInstance":
            return rng.choice(["1", "x-y", "2", "", "%i", "%p", "a b", "a/b", "%Z", "@", "a@b", "%%", "%m", "x" * rng.choice([3, 240, 260])])
        if r < 0.08:
            return rng.choice(["%n", "%N.target", "%p.target", "q@%i.target", "%j.service", "%i.target", "x%%.target", "%Z.target",
                               "%m.target", "%o.service", "%I.target", "a%%b.service", "%", "%p@.service", "t@%j.service", "%l.service", "%u.target",
                               "%U.target", "%a.service", "%t.target", "%h", "%v.service", "%T.target", "%E.service", "%q.target", "%W.service"])
        if r < 0.13:
            return rng.choice(['"multi-user.target"', "'x.target'", "multi\\x2duser.target", '"x.target', "x.target\\", "bad", "a.bogus",
                               "/x", ".", "a@.", "", "x" * 260 + ".target", "multi-user.target/", "\\\"", "a.service;", '""', "'' x.target"])
        if key == "Alias":
            if r < 0.2:
                return "%s.%s/%s" % (self.any_name(), rng.choice(["wants", "wants", "requires", "upholds", "d"]), self.any_name())
            return self.any_name()
        if key == "Also":
            return self.any_name()
        if r < 0.75:
            return rng.choice(TARGETS + ["multi-user.target"] * 3)
        return rng.choice(["q@.target", "q@%i.target", "q@1.target", "nope.target", "a.service", "t@.service"])

    def install(self, name):
        rng = self.rng
        lines = []
        for _ in range(weighted(rng, [(0, 2), (1, 8), (2, 5), (3, 2), (5, 1)])):
            keys = [("WantedBy", 10), ("RequiredBy", 3), ("UpheldBy", 2), ("Alias", 5), ("Also", 4), ("DefaultInstance", 4 if "@." in name else 0.3)]
            key = weighted(rng, keys)
            words = [self.word(key) for _ in range(weighted(rng, [(1, 9), (2, 2), (3, 1), (0, 0.4)]))]
            lines.append("%s%s=%s%s" % (key, rng.choice(["", "", "", " "]), rng.choice(["", "", "", " "]), " ".join(words)))
            r = rng.random()
            if r < 0.04:
                lines.append(rng.choice(["Foo=1", "X-Foo=1", "junk", "=x", "# comment", "; comment", "", " ", "WantedBy", "wantedby=x.target",
                                         "WantedBy=\\\n  x.target", "WantedBy=x.target \\\n# c\n multi-user.target", "\tAlias=b.service"]))
        return lines

    def text(self, name):
        rng = self.rng
        r = rng.random()
        if r < 0.03:
            return ""
        if r < 0.05:
            return rng.choice([" ", "\n", "junk\n", "[Install\nWantedBy=x.target\n", "WantedBy=x.target\n", "[Install]", "[]\n", "\ufeff[Install]\nWantedBy=x.target\n",
                               "[Install]\nWantedBy=\udcff.target\n", "[Install]]\nWantedBy=x.target\n", "[Install]\r\nWantedBy=x.target\r\n",
                               "[Install]\nWantedBy=x.target\\\n", "[Install]\0\n", "[Install]\nWantedBy=x.target\n[Install]\nWantedBy=\n", "[Install] x\nAlias=b.service\n"])
        lines = []
        if rng.random() < 0.3:
            lines += ["[%s]" % rng.choice(SECTIONS[:3]), "Description=x", "junk"]
        if r < 0.8:
            lines += ["[Install]"] + self.install(name)
        if rng.random() < 0.05:
            lines += ["[%s]" % rng.choice(SECTIONS), rng.choice(["A=b", "c"])]
            if rng.random() < 0.5:
                lines += ["[Install]"] + self.install(name)
        return "\n".join(lines) + ("\n" if rng.random() < 0.95 else "")

    # ---- files ----

    def link_target(self, name):
        rng = self.rng
        other = self.any_name() if rng.random() < 0.8 else name
        return weighted(rng, [
            (other, 5), ("/%s/%s" % (LIB, other), 6), ("/%s/%s" % (ETC, other), 2), ("../../../%s/%s" % (LIB, other), 2),
            ("/opt/" + other, 4), ("/opt/nothing.service", 0.5), ("/dev/null", 4), ("../../../opt/" + other, 1), ("/opt/empty", 0.5),
            ("/%s/sub/%s" % (LIB, other), 0.4), ("", 0), ("../" * 12 + "dev/null", 0.3), ("/lib/systemd/system/" + other, 1),
            ("../../../%s" % LIB, 0.1), ("/opt/loop", 0.2)])

    def unit(self):
        rng = self.rng
        name = self.any_name() if rng.random() < 0.97 else rng.choice(BAD)
        place = weighted(rng, self.places)
        self.names.append(name)
        kind = weighted(rng, [("file", 14), ("link", 6), ("dir", 0.15)])
        what = self.text(name) if kind == "file" else self.link_target(name) if kind == "link" else ""
        self.add(kind, "%s/%s" % (place, name), what)

    def wants(self):
        rng = self.rng
        place = weighted(rng, self.places)
        directory = "%s/%s.%s" % (place, rng.choice(TARGETS + ["q@1.target", "a.service", "q@.target"]), weighted(rng, [("wants", 6), ("requires", 2), ("upholds", 1)]))
        for _ in range(rng.choice([1, 1, 2, 3])):
            name = self.any_name()
            if rng.random() < 0.08:
                self.add("file", "%s/%s" % (directory, name), rng.choice(["", "[Install]\n"]))
            else:
                self.add("link", "%s/%s" % (directory, name), weighted(rng, [
                    ("/%s/%s" % (LIB, name), 6), ("../" + name, 3), ("/%s/%s" % (ETC, name), 2), (self.link_target(name), 3),
                    ("/%s/%s" % (LIB, self.template(name)), 3)]))

    @staticmethod
    def template(name):
        at, dot = name.find("@"), name.rfind(".")
        return name[:at + 1] + name[dot:] if at >= 0 else name

    def dropin(self):
        rng = self.rng
        name = self.any_name()
        name = rng.choice([name, name, self.template(name), "service", "a-.service", "e-.service"])
        path = "%s/%s.d/%s" % (weighted(rng, self.places), name, rng.choice(["10-a.conf", "20-b.conf", "10-a.conf", "x.conf", "no.txt", ".h.conf"]))
        r = rng.random()
        if r < 0.85:
            self.add("file", path, self.text(name))
        elif r < 0.97:
            self.add("link", path, rng.choice(["/dev/null", "/opt/" + self.any_name(), "gone.conf", "/opt/empty"]))
        else:
            self.add("dir", path)

    def preset(self):
        rng = self.rng
        lines = []
        for _ in range(rng.choice([1, 2, 3, 4])):
            verb = weighted(rng, [("enable", 6), ("disable", 5), ("ignore", 2), ("Enable", 0.2), ("foo", 0.2), ("#", 0.3), ("", 0.2), ("; x", 0.2)])
            pattern = weighted(rng, [(self.any_name(), 8), ("*", 2), ("*.service", 2), ("[ab].service", 1), ("t@*.service", 1), ("", 0.2), ("u@.service", 1)])
            extra = weighted(rng, [("", 9), (" 1", 0.8), (" 1 2", 1.2), (" x-y 1 ", 0.5), (" a/b", 0.2)])
            lines.append("%s%s%s%s" % (rng.choice(["", "", "", "  "]), verb, rng.choice([" ", " ", "  ", "\t"]), pattern + extra))
        kind = "user-preset" if self.places is USER_PLACES else "system-preset"
        path = "%s/systemd/%s/%s" % (rng.choice(["usr/lib", "usr/lib", "etc", "run", "usr/local/lib"]), kind, rng.choice(["50-a.preset", "90-b.preset", "99-default.preset", "x.conf"]))
        if rng.random() < 0.05:
            self.add("link", path, "/dev/null")
        else:
            self.add("file", path, "\n".join(lines) + "\n")

    def make(self):
        rng = self.rng
        self.add("file", "opt/empty", "")
        self.add("link", "opt/loop", "loop")
        for target in TARGETS[:3]:
            if rng.random() < 0.85:
                self.add("file", "%s/%s" % (LIB if self.places is PLACES else "usr/lib/systemd/user", target), "[Unit]\n" if rng.random() < 0.8 else self.text(target))
        if rng.random() < 0.6:
            self.add("link", LIB + "/default.target", rng.choice(["graphical.target", "/%s/multi-user.target" % LIB, "nope.target"]))
        if rng.random() < 0.3:
            self.add("file", "etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        if rng.random() < 0.3:
            self.add("file", "usr/lib/os-release", "ID=osid\nVERSION_ID=\"9.1\"\n")
        if rng.random() < 0.4:
            self.add("link", "lib", "usr/lib")
        for make, n in ((self.unit, rng.randint(3, 10)), (self.outside, rng.choice([0, 1, 2])), (self.wants, rng.choice([0, 0, 1, 2, 3])),
                        (self.dropin, rng.choice([0, 0, 0, 1, 2, 3])), (self.preset, rng.choice([0, 0, 1, 2]))):
            for _ in range(n):
                make()
        if rng.random() < 0.03 and not self.chroot:
            self.add("file", "etc/init.d/" + rng.choice("abcz"), "#!/bin/sh\n")

    def outside(self):
        name = self.any_name()
        if self.rng.random() < 0.9:
            self.add("file", "opt/" + name, self.text(name))
        else:
            self.add("link", "opt/" + name, self.link_target(name))

    def build(self, root):
        for kind, path, what in self.steps:
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            if kind == "file":
                with open(full, "wb") as f:
                    f.write(what.encode("utf-8", "surrogateescape"))
            elif kind == "link":
                if what:
                    os.symlink(what, full)
            else:
                os.makedirs(full, exist_ok=True)


class Commands:
    def __init__(self, rng, tree, root):
        self.rng, self.tree, self.root = rng, tree, root

    def unit(self):
        rng = self.rng
        name = self.tree.any_name()
        if "@." in name and rng.random() < 0.4:
            name = name.replace("@.", "@%s." % rng.choice(["1", "2", "x-y", "new"]))
        r = rng.random()
        if name.endswith(".service") and r < 0.4:
            return name[:-8]
        if r > 0.97:
            return rng.choice(["", "nope", "a b", "x/y", "/opt/" + name, "/%s/%s" % (LIB, name), "*", "a.bogus", ".", "/", "//a.service", "a.service/", "t@.service", "a\\x2db", "é"])
        return name

    def units(self, most=3):
        return [self.unit() for _ in range(weighted(self.rng, [(1, 8), (2, 3), (most, 1)]))]

    def paths(self):
        rng = self.rng
        rows = []
        for _ in range(rng.choice([1, 1, 2])):
            name = self.tree.any_name()
            rows.append(weighted(rng, [("/opt/" + name, 8), ("/%s/%s" % (LIB, name), 1), ("/%s/sub/%s" % (LIB, name), 0.4), (name, 0.5), ("opt/" + name, 0.3),
                                       ("%s/opt/%s" % (self.root, name), 0.3), ("%s/%s/%s" % (self.root, ETC, name), 0.4), ("%s/%s/sub/%s" % (self.root, LIB, name), 0.3), ("/opt", 0.2), ("/opt/empty", 0.2),
                                       ("/opt/../opt/" + name, 0.4), ("/opt//" + name, 0.3)]))
        return rows

    def options(self, verb):
        rng = self.rng
        o = []
        for option, p in (("--runtime", 0.12), ("--force", 0.15), ("-f", 0.03), ("--now", 0.04), ("--no-reload", 0.04), ("--no-warn", 0.05), ("-q", 0.06),
                          ("--quiet", 0.02), ("--full", 0.05), ("-l", 0.02), ("--user", 0.01), ("--system", 0.02), ("--no-legend", 0.03), ("--no-pager", 0.03), ("--no-ask-password", 0.01)):
            if rng.random() < p:
                o.append(option)
        if verb.startswith("preset") and rng.random() < 0.4:
            o.append("--preset-mode=" + rng.choice(["full", "enable-only", "disable-only", "bogus"]))
        if verb == "list-unit-files":
            if rng.random() < 0.3:
                o.append(rng.choice(["-t", "--type="]) + rng.choice(["service", "target", "socket,service", "help", "bogus"][:rng.choice([3, 5])]))
            if rng.random() < 0.3:
                o.append("--state=" + rng.choice(["enabled", "disabled,static", "masked", "bad", "alias", "indirect", "linked", "bogus", "generated"]))
            if rng.random() < 0.3:
                o.append(rng.choice(["--output=", "-o"]) + rng.choice(["json", "json-pretty", "short", "json-sse", "cat", "bogus"]))
            if rng.random() < 0.1:
                o.append("--legend=" + rng.choice(["no", "yes", "false", "bogus"]))
        return o

    def one(self):
        rng = self.rng
        verb = weighted(rng, [("enable", 12), ("disable", 9), ("reenable", 3), ("preset", 5), ("preset-all", 2), ("mask", 4), ("unmask", 3), ("link", 3), ("revert", 2),
                              ("is-enabled", 8), ("list-unit-files", 5), ("add-wants", 2), ("add-requires", 1), ("get-default", 1), ("set-default", 2.5), ("is-system-running", 0 if self.tree.chroot else 0.1), ("start", 0.1)])
        if verb in ("preset-all", "get-default", "is-system-running"):
            args = [] if rng.random() < 0.97 else ["x"]
        elif verb == "link":
            args = self.paths()
        elif verb == "enable" and rng.random() < 0.15:
            args = self.paths()
        elif verb == "list-unit-files":
            args = [] if rng.random() < 0.7 else [rng.choice(["a*", "*.service", "[ab]*", self.unit(), "t@*"])]
        elif verb in ("add-wants", "add-requires"):
            args = [rng.choice(TARGETS + ["multi-user", "x", "q@1.target", "q@.target", self.unit()])] + self.units()
        elif verb == "set-default":
            args = [rng.choice(TARGETS + ["multi-user", "graphical", "x", "nope", "q@1.target", "q@.target", self.unit()])]
        else:
            args = self.units()
        words = [verb] + args
        for option in self.options(verb):
            words.insert(rng.randint(0, len(words)), option)
        return words


def snapshot(root):
    """Every name below root: type, mode, and what is in it."""
    seen = {}
    stack = [root]
    while stack:
        directory = stack.pop()
        with os.scandir(directory) as entries:
            for e in entries:
                st = e.stat(follow_symlinks=False)
                path = e.path[len(root):]
                if path[1:] in BINDS:
                    continue
                if stat.S_ISLNK(st.st_mode):
                    seen[path] = "-> " + os.readlink(e.path)
                elif stat.S_ISDIR(st.st_mode):
                    seen[path] = "dir %o" % st.st_mode
                    stack.append(e.path)
                elif stat.S_ISREG(st.st_mode):
                    with open(e.path, "rb") as f:
                        seen[path] = "file %o %r" % (st.st_mode, f.read())
                else:
                    seen[path] = "other %o" % st.st_mode
    return seen


def clear(root):
    for name in os.listdir(root):
        if name in BINDS:
            continue
        path = os.path.join(root, name)
        if os.path.islink(path) or not os.path.isdir(path):
            os.unlink(path)
        else:
            shutil.rmtree(path)


def run(argv, env, cwd):
    p = subprocess.run(argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")


class Sequence:
    def __init__(self, number, root, options):
        self.number, self.root, self.options = number, root, options
        self.rng = random.Random(number)
        self.chroot = self.rng.random() < 0.12
        self.is_global = self.rng.random() < 0.08
        self.tree = Tree(self.rng, USER_PLACES if self.is_global else PLACES, self.chroot)
        commands = Commands(self.rng, self.tree, root)
        self.commands = [commands.one() for _ in range(options.commands)]
        self.env = dict(BASE_ENVIRONMENT)
        if self.rng.random() < 0.1:
            self.env["LANG"] = "C"
        if self.rng.random() < 0.25:
            self.env["SYSTEMCTL_SKIP_SYSV"] = "1"
        if self.chroot:
            self.env["SYSTEMD_OFFLINE"] = "1"

    def argv(self, ours, words):
        tree = "/.oracle" if self.chroot else ORACLE
        libraries = tree + "/usr/lib/x86_64-linux-gnu"
        argv = [tree + "/lib64/ld-linux-x86-64.so.2", "--argv0", "systemctl", "--library-path", libraries + ":" + libraries + "/systemd", tree + "/usr/bin/systemctl"]
        if ours and self.chroot:
            argv = ["/.host/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "--argv0", "systemctl", "--library-path", "/.host/lib/x86_64-linux-gnu", "/.ours/systemctl"]
        elif ours:
            argv = [self.options.ours]
        if self.chroot:
            return ["chroot", self.root] + argv + (["--global"] if self.is_global else []) + words
        return argv + ["--root=" + self.root] + (["--global"] if self.is_global else []) + words

    def play(self, ours):
        clear(self.root)
        self.tree.build(self.root)
        if self.chroot:
            # Where systemd's own units are, soloctl adds none of those that it brings along.
            for scope in ("system", "user"):
                place = os.path.join(self.root, "usr/lib/systemd", scope)
                os.makedirs(place, exist_ok=True)
                with open(place + "/basic.target", "w") as f:
                    f.write("[Unit]\n")
        notes = []
        for words in self.commands:
            try:
                result = run(self.argv(ours, words), self.env, self.root)
            except subprocess.TimeoutExpired:
                result = (-1, "", "timeout")
            notes.append((result, snapshot(self.root)))
        return notes

    def describe(self, i, expected, actual):
        lines = ["sequence %s, command %d: systemctl%s%s %s" % (self.number, i, " (chroot)" if self.chroot else "", " --global" if self.is_global else "", " ".join(map(repr, self.commands[i])))]
        if "SYSTEMCTL_SKIP_SYSV" in self.env:
            lines.append("  (with SYSTEMCTL_SKIP_SYSV=1)")
        for name, x, y in zip(("status", "stdout", "stderr"), expected[0], actual[0]):
            if x != y:
                lines.append("  %s of systemd: %r" % (name, x))
                lines.append("  %s of ours:    %r" % (name, y))
        for path in sorted(set(expected[1]) | set(actual[1])):
            x, y = expected[1].get(path), actual[1].get(path)
            if x != y:
                lines.append("  tree %s: systemd %s, ours %s" % (path, x, y))
        return lines

    def compare(self):
        """None, or the lines that tell the first difference."""
        expected = self.play(False)
        actual = self.play(True)
        for i, (x, y) in enumerate(zip(expected, actual)):
            if x[0][0] < 0:
                # systemd itself crashed: nothing to be equal to.
                return None
            if x == y:
                continue
            if x[1] == y[1] and x[0][:2] == y[0][:2] and self.may_sort(i) and sorted(x[0][2].split("\n")) == sorted(y[0][2].split("\n")):
                continue
            return self.describe(i, x, y)
        return None

    def may_sort(self, i):
        verb = [w for w in self.commands[i] if not w.startswith("-")][0]
        return verb in ("preset-all", "list-unit-files", "disable", "reenable", "preset", "unmask", "revert")


class FixedTree:
    """The tree of a case file, see Case."""

    def __init__(self):
        self.steps = []

    build = Tree.build


class Case(Sequence):
    """A file with a tree and commands: lines "# why", "file PATH TEXT", "link PATH TARGET", "dir PATH", "$ ARGUMENTS", "chroot", "global"."""

    def __init__(self, path, root, options):
        self.number, self.root, self.options = os.path.basename(path)[:-5], root, options
        self.env = dict(BASE_ENVIRONMENT)
        self.chroot = self.is_global = False
        self.tree, self.commands = FixedTree(), []
        with open(path) as f:
            for line in f:
                self.read(line.rstrip("\n"))

    def read(self, line):
        word, _, rest = line.partition(" ")
        if word in ("file", "link", "dir"):
            name, _, what = rest.partition(" ")
            self.tree.steps.append((word, name, what.encode().decode("unicode_escape")))
        elif word == "$":
            self.commands.append(rest.split(" "))
        elif word == "chroot":
            self.chroot = True
            self.env["SYSTEMD_OFFLINE"] = "1"
        elif word == "global":
            self.is_global = True


def bind(source, target):
    os.makedirs(target, exist_ok=True)
    libc = ctypes.CDLL(None, use_errno=True)
    # Read-only: nothing that a test does may reach this machine.
    if libc.mount(source.encode(), target.encode(), None, 4096, None) != 0 or \
       libc.mount(None, target.encode(), None, 4096 | 32 | 1, None) != 0:
        sys.exit("FAIL offline: cannot bind %s: %s" % (source, os.strerror(ctypes.get_errno())))


def say(text):
    """One write: the workers share the output."""
    os.write(1, (text + "\n").encode("utf-8", "replace"))


def report(what, lines, options):
    if lines:
        say("FAIL offline %s: differs\n%s" % (what, "\n".join(lines)))
    elif not options.quiet:
        say("PASS offline %s" % what)
    return 1 if lines else 0


def worker(index, options, numbers):
    root = "%s/w%d/root" % (options.work, index)
    os.makedirs(root)
    for name, source in zip(BINDS, (ORACLE, "/usr", "%s/bin" % options.work, "/proc")):
        bind(source, os.path.join(root, name))
    failed = 0
    for path in options.cases[index::options.jobs]:
        case = Case(path, root, options)
        failed += report("case " + case.number, case.compare(), options)
    for number in numbers:
        failed += report("sequence %d" % number, Sequence(number, root, options).compare(), options)
        if options.stop and failed:
            break
    return failed


def show(number, options):
    s = Sequence(number, "/nowhere", options)
    for kind, path, what in s.tree.steps:
        print("%s %s %r" % (kind, path, what))
    for words in s.commands:
        print("$ systemctl " + " ".join(map(repr, words)))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--sequences", type=int, default=300)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--commands", type=int, default=10)
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--ours", default="build/systemctl")
    p.add_argument("--work", default="/dev/shm/soloctl-offline.%d" % os.getpid())
    p.add_argument("--quiet", action="store_true", help="no PASS lines")
    p.add_argument("--stop", action="store_true", help="stop at the first difference")
    p.add_argument("--show", type=int, help="print what sequence N is")
    p.add_argument("cases", nargs="*", help="case files, played first")
    options = p.parse_args()
    options.ours = os.path.abspath(options.ours)
    if options.show is not None:
        return show(options.show, options)
    first = options.seed * 1000000
    numbers = range(first, first + options.sequences)
    os.makedirs(options.work + "/bin")
    shutil.copy(options.ours, options.work + "/bin/systemctl")
    children = []
    for i in range(options.jobs):
        pid = os.fork()
        if pid == 0:
            failed = 1
            try:
                failed = worker(i, options, numbers[i::options.jobs])
            except Exception:
                say("FAIL offline worker %d: %s" % (i, traceback.format_exc()))
            finally:
                sys.stdout.flush()
                os._exit(1 if failed else 0)
        children.append(pid)
    status = 0
    for pid in children:
        status |= os.waitpid(pid, 0)[1]
    libc = ctypes.CDLL(None)
    binds = ["%s/w%d/root/%s" % (options.work, i, name) for i in range(options.jobs) for name in BINDS]
    for path in binds:
        libc.umount2(path.encode(), 2)
    if not any(os.path.ismount(path) for path in binds):
        shutil.rmtree(options.work, ignore_errors=True)
    return 1 if status else 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main())
