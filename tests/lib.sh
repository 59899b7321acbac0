# SPDX-License-Identifier: MIT
# Sourced by the suites. A suite prints one line a check, "PASS name" or "FAIL name: reason", and its last words are
# suite_end, whose status says whether all passed. tools/check counts the lines.

set -u
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Trees that take long to make are kept here between runs; everything in it can be deleted at any time.
cache=${SOLOCTL_CACHE:-/var/cache/soloctl}
systemctl=${SYSTEMCTL:-$repo/build/systemctl}
n_failed=0

pass() { printf 'PASS %s\n' "$1"; }
fail() {
	printf 'FAIL %s: %s\n' "$1" "$2"
	n_failed=$((n_failed + 1))
}

# check NAME COMMAND…: passes if the command succeeds; shows what it printed if not.
check() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		pass "$name"
	else
		fail "$name" "$(printf '%s' "$out" | tail -n 5 | tr '\n' '|')"
	fi
}

# check_equal NAME EXPECTED ACTUAL
check_equal() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "expected '$2', got '$3'"
	fi
}

# until_true SECONDS COMMAND…: tries ten times a second.
until_true() {
	local i n=$(($1 * 10))
	shift
	for ((i = 0; i < n; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

suite_end() { exit $((n_failed > 0)); }

# debian_tree NAME SUITE [PACKAGES]: the path of a debootstrapped tree, made once. Nobody may write into it.
debian_tree() {
	local dir=$cache/$1
	if [ ! -e "$dir.done" ]; then
		mkdir -p "$cache"
		rm -rf "$dir"
		debootstrap --variant=minbase ${3:+--include="$3"} "$2" "$dir" >"$dir.log" 2>&1 || {
			echo "debootstrap of $2 failed, see $dir.log" >&2
			return 1
		}
		touch "$dir.done"
	fi
	printf '%s\n' "$dir"
}

# The oracle: Debian 13 with systemd 257. oracle_systemctl ARGUMENTS… runs its systemctl without booting it.
oracle_tree() { debian_tree oracle-trixie trixie systemd,systemd-sysv,dbus,procps; }
oracle_systemctl() {
	local t=$cache/oracle-trixie l
	l=$t/usr/lib/x86_64-linux-gnu
	"$t/lib64/ld-linux-x86-64.so.2" --argv0 systemctl --library-path "$l:$l/systemd" "$t/usr/bin/systemctl" "$@"
}

podman_() {
	local verb=$1
	shift
	case $verb in
	run | create) set -- --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 "$@" ;;
	build) set -- --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --network=host "$@" ;;
	esac
	podman --storage-driver=vfs --cgroup-manager=cgroupfs --runtime=runc "$verb" "$@"
}

# image_of NAME FILE…: the name of an image that is made from these files; where one of them changes, it is another image.
image_of() { echo "localhost/soloctl-$1:$(cat "${@:2}" | sha256sum | cut -c1-12)"; }

# image_bookworm: imports the Debian 12 tree as localhost/soloctl-bookworm, once.
image_bookworm() {
	podman_ image exists localhost/soloctl-bookworm && return 0
	local tree
	tree=$(debian_tree bookworm bookworm) || return 1
	tar -C "$tree" -c . | podman_ import -q - localhost/soloctl-bookworm >/dev/null
}

# The oracle booted with systemd-nspawn. Each systemd needs control groups of its own, or one kills the services of another:
# group_join NAME in the subshell that becomes systemd-nspawn, groups_leave PREFIX when it has ended.
group_join() {
	local dir
	for dir in $(findmnt -n -o TARGET -t cgroup2 | head -n 1) $(findmnt -n -o TARGET -O name=systemd -t cgroup | head -n 1); do
		mkdir -p "$dir/$1" && echo $BASHPID >"$dir/$1/cgroup.procs"
	done
}
groups_leave() {
	local dir
	for dir in $(findmnt -n -o TARGET -t cgroup2,cgroup); do
		find "$dir" -mindepth 1 -depth -type d -path "$dir/$1*" -exec rmdir {} + 2>/dev/null
	done
}
# nspawn_init PID-OF-NSPAWN: the init of the booted tree.
nspawn_init() { [ -e "/proc/$1/task/$1/children" ] && cut -d ' ' -f 1 "/proc/$1/task/$1/children" 2>/dev/null; }
# nspawn_end PID-OF-NSPAWN: at once.
nspawn_end() {
	local init
	init=$(nspawn_init "$1")
	kill -TERM "$1" 2>/dev/null
	[ "${init:-0}" -gt 1 ] && { sleep 0.3; kill -KILL "$init" 2>/dev/null; }
	wait "$1" 2>/dev/null
}
