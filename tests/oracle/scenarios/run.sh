# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# systemd-run: names, statuses, what it says and what it refuses.

# said WORDS…: what systemd-run says, but for what hangs on the moment at which it asks.
said() {
	reload_if_stale
	sleep "${PAUSE:-0}"
	echo "\$ systemd-run $*"
	timeout 60 systemd-run "$@" >/ev/.out 2>/ev/.err </dev/null
	echo "  status $?"
	sed 's/^/  out: /' /ev/.out
	sed -E -e 's/run-p[0-9]+-i[0-9]+/run-X/g' -e 's/; invocation ID.*//' -e '/^(CPU time|Memory|IO|Service runtime)/d' -e 's/^/  err: /' /ev/.err
}

scenario_run_result_decides_status() {
	said --wait true
	said --wait false
	said --wait sh -c 'kill -9 $$$$'
	said -q --wait sh -c 'kill -TERM $$$$'
	said -q -P sh -c 'kill -9 $$$$'
	said --wait -p SuccessExitStatus=7 sh -c 'exit 7'
	said --wait --ignore-failure false
	said --wait -p RuntimeMaxSec=1 sleep 100
	said --wait -p ExecStopPost=/bin/false true
	said --wait -p ExecStartPre=/bin/false true
	said --wait --service-type=oneshot false
	said --wait --service-type=notify true
	said --wait -p ConditionPathExists=/nonexistent true
	said --wait -p AssertPathExists=/nonexistent true
	said -p AssertPathExists=/nonexistent true
}
scenario_run_pipe_says_nothing_of_the_end() {
	said --pipe --unit=pp false
	run systemctl is-failed pp.service
	quietly systemctl reset-failed pp.service
	said --pipe -G --unit=pp false
	run systemctl is-failed pp.service
	said --pipe --wait --unit=pp echo text
}
scenario_run_refused_units() {
	said -p Requires=nosuch.service true
	said --wait -p BindsTo=nosuch.service true
	said --unit=x.socket true
	said --unit=x.scope true
	said --unit=x.target true
	said --unit=x@ true
	said --slice=foo.service true
	said --scope --unit=x.service true
	said --scope --unit=x.timer true
	said --scope --unit=x@ true
	said --on-active=1h --unit=x.path true
	said --on-active=1h --unit=x.target true
	said --job-mode=fail true
}
scenario_run_executables() {
	said /nonexistent
	said ./nonexistent
	said --scope /nonexistent
	said /etc
	said ''
	said --wait /etc/passwd
	said --scope /etc/passwd
}
scenario_run_environment() {
	said -E '' true
	said -E =x true
	said -E 1a=x true
	said -E 'a b=x' true
	said -q -E A=1 -E A=2 -P sh -c 'echo $A'
	said --scope -E =x true
}
scenario_run_scope_says_what_it_is() {
	said --scope true
	said --scope --unit=sc1 sh -c 'exit 3'
	said -q --scope --expand-environment=no sh -c 'echo ${#INVOCATION_ID}'
	said --scope --slice=a.b true
	said --scope echo '$NOTHING'
	said --scope --expand-environment=no echo '$NOTHING'
	said --scope --expand-environment=yes -E FOO='a b' printf '%s,' '$FOO' '${FOO}' '$$' x
	said --scope --nice=5 nice
	said --scope --uid=nobody --expand-environment=no sh -c 'id -u; id -g; echo $HOME $USER $LOGNAME'
	said --scope --uid=nosuch true
	said --scope --gid=nosuch true
	said --scope --working-directory=/var pwd
	said --scope --working-directory=/nonexistent pwd
}
scenario_run_scope_has_an_invocation() {
	systemd-run -q --scope --unit=sc2 sleep 1117 &
	wait_for sc2.scope active/running
	run sh -c 'systemctl show -p InvocationID --value sc2.scope | wc -c'
	quietly systemctl stop sc2.scope
	wait
}
scenario_run_timers() {
	said --on-active=1h --unit=ta true
	said --on-active=1h --unit=ta true
	quietly systemctl stop ta.timer
	said --on-calendar=hourly --on-startup=99h --on-boot=90min --on-clock-change --on-timezone-change --unit=tb true
	run systemctl cat tb.timer
	quietly systemctl stop tb.timer
	said --timer-property=AccuracySec=5 true
	unit ex.service <<<$'[Service]\nExecStart=/bin/true'
	said --on-active=1h --unit=ex
	run systemctl show -p Description ex.timer
	quietly systemctl stop ex.timer
}
scenario_run_user_without_runtime_directory() { run sh -c 'env -u XDG_RUNTIME_DIR -u DBUS_SESSION_BUS_ADDRESS systemd-run --user true 2>&1 | sed "s/ (.*//"'; }
scenario_run_streams() {
	said -q -P -d pwd
	said -q -P echo 'a"b' "c'd" 'e\f' '' ' ' $'t\tn\nx' '%%' '$$' '{}' ';' '*'
	said -q -P printf '%s|' '$NOSUCH' 'x$NOSUCH' '${NOSUCH}'
	run sh -c 'head -c 3000000 /dev/zero | systemd-run -q --pipe wc -c'
	run sh -c 'systemd-run -q --pipe sh -c "echo a >&2; echo b" 2>&1 >/dev/null'
	said -q --pty sh -c 'test -t 0 && test -t 1 && exit 5'
	run sh -c 'printf "exit 3\n" | systemd-run -q -t sh >/dev/null'
	run sh -c 'systemd-run -q -S >/dev/null'
	said --no-block --pipe true
	said --no-block --wait true
}
