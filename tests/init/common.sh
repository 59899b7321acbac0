# SPDX-License-Identifier: MIT
# Sourced by the suites of this directory: an image of handmade units, and containers of it in which ours is PID 1.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

work=$(mktemp -d)
prefix=soloctl-init-$$
image=localhost/$prefix
here=$repo/tests/init
lanes=()
cleanup() {
	local lane
	for lane in "${lanes[@]}"; do
		[ "$lane" -gt 1 ] && kill -TERM -- "-$lane" 2>/dev/null
	done
	podman_ ps -aq --filter "name=^$prefix-" | xargs -r podman --storage-driver=vfs --cgroup-manager=cgroupfs --runtime=runc rm -f -t 0 >/dev/null 2>&1
	podman_ rmi -f $image >/dev/null 2>&1
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# Without what these tests never look at: each container is a copy of its image.
image_small() {
	podman_ image exists localhost/soloctl-small && return 0
	local tree
	tree=$(debian_tree bookworm bookworm) || return 1
	tar -C "$tree" -c --exclude=./usr/share --exclude=./var/cache --exclude=./var/lib/apt --exclude=./var/lib/dpkg --exclude='./usr/lib/*/perl*' \
		--exclude='./usr/lib/*/gconv' --exclude=./usr/lib/systemd . | podman_ import -q - localhost/soloctl-small >/dev/null
}
image_small || { fail "base image" "could not be made"; suite_end; }
cp -r "$here/Containerfile" "$here/units" "$work/"
cp "$systemctl" "$work/systemctl"
podman_ build --layers=false -q -t $image "$work" >"$work/build.log" 2>&1 ||
	{ fail "image builds" "$(tail -n 5 "$work/build.log" | tr '\n' '|')"; suite_end; }

# up NAME OPTION… -- WORD…: runs a container in the background. UP_OPTIONS is for all of them: a binary with a sanitizer
# wants `-v DIR:/asan -e ASAN_OPTIONS=detect_leaks=0:log_path=/asan/log`, and X-PassEnvironment= for soloctl-syslog.service.
up() {
	# shellcheck disable=SC2206
	local name=$prefix-$1 options=(${UP_OPTIONS:-})
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	podman_ run -d --name "$name" --network=none "${options[@]}" $image "$@" >/dev/null
}
x() {
	local name=$prefix-$1
	shift
	podman_ exec "$name" "$@"
}
logs() { podman_ logs "$prefix-$1" 2>&1; }
is_up() { [ "$(x "$1" systemctl is-system-running 2>&1)" = running ]; }
wait_up() { until_true 20 is_up "$1"; }
export -f podman_
# timeout(1) knows no functions.
status_of() { timeout 30 bash -c "podman_ wait $prefix-$1" 2>&1; }
# ends NAME EXPECTED TEXT: the container ends by itself, with this status.
ends() { check_equal "$3" "$2" "$(status_of "$1")"; }
signal() { podman_ kill -s "$2" "$prefix-$1" >/dev/null; }
# The pid of PID 1 of a container, for us; -1 is nobody's that could be asked.
host_pid() {
	local pid
	pid=$(podman_ inspect -f '{{.State.Pid}}' "$prefix-$1") && [ "${pid:-0}" -gt 1 ] && echo "$pid"
}
# The number of the first line of a file that has the text.
line_of() { grep -n "$2" "$1" | head -n 1 | cut -d: -f1; }

# lanes FUNCTION…: all at the same time, each in a process of its own; what they print comes in their order.
lanes() {
	local lane
	# Process groups of their own, to be ended with all that they are at.
	set -m
	for lane; do
		(SECONDS=0; "$lane"; [ -z "${LANE_TIMES:-}" ] || echo "$lane: $SECONDS s") >"$work/$lane.lines" 2>&1 </dev/null &
		lanes+=($!)
	done
	set +m
	wait
	lanes=()
	for lane; do
		cat "$work/$lane.lines"
		n_failed=$((n_failed + $(grep -c '^FAIL ' "$work/$lane.lines")))
	done
}
