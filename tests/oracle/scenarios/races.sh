# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Two commands at once, and units that end while somebody wants something of them. Whoever could be quicker waits at a gate.

# gate NAME [UNIT-LINES] [STATUS]: a start that lasts until the gate is opened
gate() {
	unit "$1.service" <<U
[Unit]
${2:-}
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c "while ! [ -e /ev/open-$1 ]; do sleep 0.1; done; exit ${3:-0}"
ExecStopPost=/ev/ev post $1
U
}
open() { touch "/ev/open-$1"; }
# behind NAME COMMAND…: run it beside us; `said NAME` waits for its end and shows what it said
declare -A beside
behind() {
	reload_if_stale
	sleep "${PAUSE:-0}"
	echo "\$ $1: ${*:2}"
	(timeout 60 "${@:2}"; echo "status $?") >"/ev/said.$1" 2>&1 </dev/null &
	beside[$1]=$!
}
said() {
	wait "${beside[$1]}"
	masked "$1" <"/ev/said.$1"
}
# What a command that joins another has asked for shows nowhere: it is given the time to do so.
let_it_ask() { quietly sleep 2; }
# joins COMMAND…: a second command beside the first; both end when the gate of a is opened
joins() {
	behind two "$@"
	let_it_ask
	open a
	said one
	said two
}
while_starting() {
	gate a
	behind one systemctl start a.service
	wait_for a.service activating/start
}
lives() { unit "$1.service" <<<$'[Unit]\n'"${2:-}"$'\n[Service]\nExecStart=/bin/sleep 1000\n'"${3:-}"; }

scenario_race_requirement_fails_while_dependent_starts() {
	gate a 'Requires=b.service'
	gate b '' 1
	behind one systemctl start a.service
	wait_for a.service activating/start
	wait_for b.service activating/start
	open b
	wait_for b.service failed/failed
	said one
	state a.service
	open a
	wait_for a.service active/exited
}
scenario_race_requisite_of_one_starting() {
	gate b
	unit a.service <<<$'[Unit]\nRequisite=b.service\nAfter=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	run systemctl start --no-block b.service
	wait_for b.service activating/start
	behind one systemctl start a.service
	let_it_ask
	open b
	said one
	events
}
scenario_race_requisite_of_one_that_fails() {
	gate b '' 1
	unit a.service <<<$'[Unit]\nRequisite=b.service\nAfter=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	run systemctl start --no-block b.service
	wait_for b.service activating/start
	behind one systemctl start a.service
	let_it_ask
	open b
	said one
	events
}
scenario_race_stop_of_what_waits_in_the_plan() {
	gate b
	unit a.service <<<$'[Unit]\nWants=b.service\nAfter=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	behind one systemctl start a.service
	wait_for b.service activating/start
	run systemctl stop a.service
	open b
	said one
	wait_for b.service active/exited
	events
}
scenario_race_restart_while_starting() {
	while_starting
	behind two systemctl restart a.service
	until_events 1
	wait_for a.service activating/start
	open a
	said one
	said two
	state a.service
	events
}
scenario_race_try_restart_while_starting() {
	while_starting
	behind two systemctl try-restart a.service
	until_events 1
	wait_for a.service activating/start
	open a
	said one
	said two
	events
}
scenario_race_reload_while_starting() {
	gate a
	unit a.service.d/reload.conf <<<$'[Service]\nExecReload=/ev/ev reload'
	behind one systemctl start a.service
	wait_for a.service activating/start
	joins systemctl reload a.service
	events
}
scenario_race_reload_or_restart_while_starting() {
	gate a
	unit a.service.d/reload.conf <<<$'[Service]\nExecReload=/ev/ev reload'
	behind one systemctl start a.service
	wait_for a.service activating/start
	joins systemctl reload-or-restart a.service
	events
}
slow_stop() { lives a '' $'ExecStop=/bin/sh -c "while ! [ -e /ev/open-a ]; do sleep 0.1; done; /ev/ev stopped"'; }
# while_stopping VERB: stop or restart
while_stopping() {
	slow_stop
	run systemctl start a.service
	behind one systemctl "$1" a.service
	wait_for a.service deactivating/stop
}
scenario_race_start_while_stopping() {
	while_stopping stop
	behind two systemctl start a.service
	said one
	open a
	said two
	props a.service ActiveState
	events
}
scenario_race_stop_while_stopping() {
	while_stopping stop
	joins systemctl stop a.service
	props a.service ActiveState
	events
}
scenario_race_restart_while_stopping() {
	while_stopping stop
	behind two systemctl restart a.service
	said one
	open a
	said two
	props a.service ActiveState
	events
}
scenario_race_try_restart_while_stopping() {
	while_stopping stop
	run systemctl try-restart a.service
	run systemctl reload-or-restart --job-mode=fail a.service
	open a
	said one
	props a.service ActiveState
	events
}
scenario_race_stop_while_restarting() {
	while_stopping restart
	behind two systemctl stop a.service
	said one
	open a
	said two
	props a.service ActiveState
	events
}
scenario_race_start_while_restarting() {
	while_stopping restart
	joins systemctl start a.service
	props a.service ActiveState
	events
}
scenario_race_restart_while_restarting() {
	while_stopping restart
	joins systemctl restart a.service
	props a.service ActiveState
}
while_reloading() {
	lives a '' $'ExecReload=/bin/sh -c "while ! [ -e /ev/open-a ]; do sleep 0.1; done; /ev/ev reloaded"'
	run systemctl start a.service
	behind one systemctl reload a.service
	wait_for a.service reloading/reload
}
scenario_race_reload_while_reloading() {
	while_reloading
	joins systemctl reload a.service
	events
}
scenario_race_stop_while_reloading() {
	while_reloading
	run systemctl stop a.service
	said one
	state a.service
	events
}
scenario_race_restart_while_reloading() {
	while_reloading
	run systemctl restart a.service
	said one
	props a.service ActiveState
	events
}
scenario_race_start_while_reloading() {
	while_reloading
	behind two systemctl start a.service
	let_it_ask
	run systemctl is-active a.service
	open a
	said one
	said two
	events
}
scenario_race_kill_while_reloading() {
	while_reloading
	quietly systemctl kill -s KILL --kill-whom=main a.service
	until [ "$(systemctl show -p MainPID --value a.service)" = 0 ]; do sleep 0.1; done
	open a
	said one
	wait_for a.service failed/failed
	state a.service
}
in_auto_restart() {
	lives a '' $'Restart=always\nRestartSec=1000\nExecStopPost=/ev/ev post\nExecStartPre=/ev/ev pre'
	run systemctl start a.service
	quietly systemctl kill -s KILL --kill-whom=main a.service
	wait_for a.service activating/auto-restart
}
scenario_race_start_in_auto_restart() {
	in_auto_restart
	run systemctl start a.service
	props a.service ActiveState NRestarts
	events
}
scenario_race_restart_in_auto_restart() {
	in_auto_restart
	run systemctl restart a.service
	props a.service ActiveState NRestarts
	events
}
scenario_race_try_restart_in_auto_restart() {
	in_auto_restart
	run systemctl try-restart a.service
	props a.service ActiveState NRestarts
	events
}
scenario_race_stop_in_auto_restart() {
	in_auto_restart
	run systemctl is-active a.service
	run systemctl reload a.service
	run systemctl stop a.service
	state a.service
	events
}
scenario_race_reset_failed_in_auto_restart() {
	in_auto_restart
	run systemctl reset-failed a.service
	state a.service
}
scenario_race_dependent_of_auto_restart() {
	lives b $'Requires=a.service\nAfter=a.service'
	in_auto_restart
	run systemctl start b.service
	props a.service ActiveState
	props b.service ActiveState
}
scenario_race_conflict_while_starting() {
	gate a
	lives b 'Conflicts=a.service'
	behind one systemctl start a.service
	wait_for a.service activating/start
	run systemctl start b.service
	said one
	state a.service
	props b.service ActiveState
	events
}
scenario_race_same_unit_twice_in_one_command() {
	gate a
	ln -s a.service /etc/systemd/system/other.service
	made+=(other.service)
	open a
	run systemctl start a.service a.service other.service
	run systemctl stop other.service a.service
	events
}
scenario_race_target_twice() {
	gate a
	lives b 'After=a.service'
	unit t.target <<<$'[Unit]\nWants=a.service b.service\nAfter=a.service b.service'
	behind one systemctl start t.target
	wait_for a.service activating/start
	behind two systemctl start t.target
	let_it_ask
	run systemctl is-active t.target b.service
	open a
	said one
	said two
	run systemctl is-active t.target b.service
}
scenario_race_stop_of_target_that_starts() {
	gate a
	unit t.target <<<$'[Unit]\nWants=a.service\nAfter=a.service'
	behind one systemctl start t.target
	wait_for a.service activating/start
	run systemctl stop t.target
	said one
	props a.service ActiveState
	open a
	wait_for a.service active/exited
	run systemctl is-active t.target
}
scenario_race_start_wait_of_two() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "exit 3"'
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1'
	run systemctl start --wait a.service b.service
	run systemctl restart --wait b.service
	run systemctl start --wait nosuch.service b.service
}
scenario_race_start_wait_while_starting() {
	gate a
	unit a.service.d/x.conf <<<$'[Service]\nRemainAfterExit=no'
	behind one systemctl start --wait a.service
	wait_for a.service activating/start
	joins systemctl start --wait a.service
	events
}
scenario_race_start_wait_with_restarts() {
	unit a.service <<<$'[Service]\nRestart=on-failure\nRestartSec=5\nExecStart=/bin/sh -c "/ev/ev run; exit 1"'
	run systemctl start --wait a.service
	events
}
scenario_race_requisite_of_one_in_auto_restart() {
	unit b.service <<<$'[Unit]\nRequisite=a.service\nAfter=a.service\n[Service]\nType=oneshot\nExecStart=/ev/ev b'
	in_auto_restart
	behind one systemctl start b.service
	let_it_ask
	run systemctl stop a.service
	said one
	events
}
scenario_race_stop_of_requirement_of_what_waits() {
	gate b
	lives a
	unit c.service <<<$'[Unit]\nRequires=a.service\nAfter=b.service\nWants=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev c'
	behind one systemctl start c.service
	wait_for b.service activating/start
	wait_for a.service active/running
	run systemctl stop a.service
	open b
	said one
	wait_for b.service active/exited
	events
}
scenario_race_start_of_what_waits_to_stop() {
	slow_stop
	lives b 'Before=a.service'
	run systemctl start a.service b.service
	behind one systemctl stop a.service b.service
	wait_for a.service deactivating/stop
	joins systemctl start b.service
	props a.service ActiveState
	props b.service ActiveState
}
scenario_race_restart_of_two_is_stopped() {
	slow_stop
	lives b 'Before=a.service'
	run systemctl start a.service b.service
	behind one systemctl restart a.service b.service
	wait_for a.service deactivating/stop
	joins systemctl stop b.service
	props a.service ActiveState
	props b.service ActiveState
}
scenario_race_restart_that_must_not_cancel() {
	gate b
	unit a.service <<<$'[Unit]\nWants=b.service\nAfter=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	behind one systemctl start a.service
	wait_for b.service activating/start
	behind two systemctl restart --job-mode=fail b.service
	until_events 1
	open b
	said one
	said two
	wait_for b.service active/exited
	events
}
scenario_race_restart_gives_up_where_dependency_fails() {
	unit a.service <<<$'[Unit]\nRequires=b.service\n[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/sh -c "while ! [ -e /ev/open-a ]; do sleep 0.1; done; /ev/ev stopped"'
	unit b.service <<<$'[Service]\nType=exec\nExecStartPre=/bin/sh -c "! [ -e /ev/bad ]"\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	touch /ev/bad
	behind one systemctl restart b.service
	wait_for b.service failed/failed
	wait_for a.service deactivating/stop
	open a
	said one
	wait_for a.service active/running
	props a.service ActiveState
	props b.service ActiveState
}
scenario_race_no_block_then_stop() {
	gate a
	run systemctl start --no-block a.service
	wait_for a.service activating/start
	run systemctl stop --no-block a.service
	wait_for a.service failed/failed
	state a.service
	events
}
scenario_race_main_ends_while_asked_to_stop() {
	lives a '' $'ExecStop=/bin/sh -c "kill -KILL $MAINPID; while ! [ -e /ev/open-a ]; do sleep 0.1; done"'
	run systemctl start a.service
	behind one systemctl stop a.service
	wait_for a.service deactivating/stop
	open a
	said one
	state a.service
}
scenario_race_restart_of_unit_that_fails_to_start_again() {
	unit a.service <<<$'[Service]\nType=exec\nExecStartPre=/bin/sh -c "! [ -e /ev/bad ]"\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	touch /ev/bad
	run systemctl restart a.service
	state a.service
	run systemctl restart a.service
	rm /ev/bad
	run systemctl restart a.service
	state a.service
}
scenario_race_job_of_several_fails_each_its_way() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/false'
	unit b.service <<<$'[Unit]\nAssertPathExists=/nowhere\n[Service]\nType=oneshot\nExecStart=/bin/true'
	unit c.service <<<$'[Unit]\nRequires=a.service\nAfter=a.service\n[Service]\nType=oneshot\nExecStart=/bin/true'
	run sh -c 'systemctl start a.service b.service nosuch.service 2>&1 | sort'
	run systemctl start c.service
	run systemctl start nosuch.service a.service
	run systemctl -q start a.service
	run systemctl -q start nosuch.service
}
scenario_race_wants_without_order_are_not_waited_for() {
	gate b
	unit a.service <<<$'[Unit]\nWants=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	run systemctl start a.service
	events
	wait_for b.service activating/start
	open b
	wait_for b.service active/exited
}
scenario_race_stop_without_order() {
	slow_stop
	unit a.service.d/x.conf <<<$'[Unit]\nRequires=b.service'
	lives b
	run systemctl start a.service
	wait_for b.service active/running
	behind one systemctl stop b.service
	wait_for a.service deactivating/stop
	wait_for b.service inactive/dead
	open a
	said one
	wait_for a.service inactive/dead
	events
}
scenario_race_restart_direct_is_waited_for() {
	unit a.service <<<$'[Service]\nRestart=on-failure\nRestartMode=direct\nRestartSec=100ms\nExecStart=/bin/sh -c "/ev/ev run; [ $(wc -l </ev/log) -ge 3 ]"'
	run systemctl start --wait a.service
	events
}
scenario_race_wait_with_restart_always() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=5\nExecStart=/ev/ev run'
	run systemctl start --wait a.service
	events
	quietly systemctl stop a.service
}
# together NAME N: waits until N of that name have come
together() { echo "/bin/sh -c \"touch /ev/$1-%n; while [ \$(ls /ev/$1-* | wc -l) -lt $2 ]; do sleep 0.1; done; /ev/ev $1\""; }
scenario_race_those_bound_to_it_stop_together() {
	local n
	lives x
	for n in a b c; do
		lives $n $'BindsTo=x.service\nAfter=x.service' "ExecStop=$(together stopping 3)"
	done
	run systemctl start a.service b.service c.service
	quietly systemctl kill -s KILL --kill-whom=main x.service
	wait_for a.service inactive/dead
	wait_for b.service inactive/dead
	wait_for c.service inactive/dead
	events
}
scenario_race_on_failure_units_start_together() {
	unit a.service <<<$'[Unit]\nOnFailure=h1.service h2.service\n[Service]\nExecStart=/bin/false'
	unit h1.service <<<$'[Service]\nType=oneshot\nExecStart='"$(together handling 2)"
	unit h2.service <<<$'[Service]\nType=oneshot\nExecStart='"$(together handling 2)"
	run systemctl start a.service
	until_events 2
	events
}
scenario_race_bound_stops_while_the_handler_works() {
	gate h
	lives x 'OnFailure=h.service'
	lives a $'BindsTo=x.service\nAfter=x.service'
	run systemctl start a.service
	quietly systemctl kill -s KILL --kill-whom=main x.service
	wait_for h.service activating/start
	wait_for a.service inactive/dead
	state h.service
	open h
	wait_for h.service active/exited
}
