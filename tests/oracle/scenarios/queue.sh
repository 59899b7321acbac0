# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Jobs that wait: who sees them, who cancels them, and what is ordered after those of another command.

# sleeper NAME SECONDS [LINE…]: a oneshot that takes that long, and says when it begins
sleeper() {
	local name=$1 seconds=$2
	shift 2
	unit "$name.service" <<-EOF
		[Unit]
		$(printf '%s\n' "$@")
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=/ev/ev start $name
		ExecStart=sleep $seconds
		ExecStop=/ev/ev stop $name
	EOF
}
# queue [WORD…]: list-jobs; systemd lists in the order of a hash table.
queue() {
	echo "queue $*"
	systemctl list-jobs --no-legend "$@" | sed -E 's/^ *[0-9]+ +//; s/ +/ /g; s/job [0-9]+/job N/' | sort | sed 's/^/  /'
}
number_of() { systemctl list-jobs --no-legend "$1" | awk '{ print $1 }'; }
# cancel UNIT…: by number
cancel() {
	local u ids=()
	for u in "$@"; do ids+=("$(number_of "$u")"); done
	echo "cancel $*"
	systemctl cancel "${ids[@]}" 2>&1 | sed -E 's/[0-9]+/N/g'
}
# said NAME COMMAND…: in the background; what it says and its status are printed by `heard`
said() {
	local name=$1
	shift
	reload_if_stale
	{ "$@" 2>&1; echo "status $?"; } >/ev/said."$name" </dev/null &
}
heard() {
	local name
	wait
	for name in "$@"; do
		sort /ev/said."$name" | sed "s/^/  $name: /"
		rm /ev/said."$name"
	done
}
has_job() { systemctl list-jobs --no-legend "$1" | grep -q .; }

scenario_queue_is_shown() {
	sleeper a 20
	sleeper b 0 Requires=a.service After=a.service
	sleeper c 0 Wants=b.service After=b.service
	run systemctl start --no-block c.service
	wait_for a.service activating/start
	queue
	queue --after
	queue --before
	queue --before --after
	queue 'c*' --before
	queue 'nothing*'
	run systemctl list-jobs 'nothing*'
	queue -o json
	run sh -c 'systemctl list-jobs | tail -n 2'
	run sh -c 'systemctl list-units [abc].service | grep service'
	run sh -c 'systemctl list-units [abc].service | grep JOB'
	run systemctl list-units --state=activating '[abc].service' --no-legend
	run systemctl show -p NJobs
	run systemctl is-active a.service b.service
	for u in a b c; do
		[ "$(systemctl show -p Job --value $u.service)" = "$(number_of $u.service)" ] && echo "  $u: Job= is its number"
	done
	run sh -c 'systemctl status b.service | grep Job'
	run systemctl stop a.service
	wait_for c.service active/exited
	queue
	state a.service b.service c.service
}
scenario_queue_no_block_is_seen() {
	sleeper a 20
	sleeper b 0 After=a.service
	for i in 1 2 3 4 5; do
		quietly systemctl start --no-block a.service b.service
		queue
		quietly systemctl stop a.service b.service
		queue
	done
}
# What is left after the named units are done is still to be seen.
scenario_queue_rest_of_a_restart() {
	sleeper a 0
	sleeper b 3 PartOf=a.service After=a.service
	sleeper c 0 PartOf=a.service After=b.service
	run systemctl start a.service b.service c.service
	run systemctl restart a.service
	wait_for b.service activating/start
	queue
	until_true sh -c '[ -z "$(systemctl list-jobs --no-legend)" ]'
	state a.service b.service c.service
	events
}
scenario_queue_cancel_waiting() {
	sleeper a 20
	sleeper b 0 After=a.service
	sleeper c 0 Requires=b.service After=b.service
	sleeper d 0 Wants=b.service "After=b.service a.service"
	said start systemctl start a.service c.service d.service
	until_true has_job c.service
	queue
	cancel b.service
	queue
	cancel d.service
	queue
	cancel a.service
	heard start
	queue
	state a.service b.service c.service d.service
	events
}
scenario_queue_cancel_running() {
	sleeper a 4
	sleeper b 0 Requires=a.service After=a.service
	said one systemctl start b.service
	wait_for a.service activating/start
	said two systemctl start a.service
	settle
	cancel a.service
	heard one two
	queue
	state b.service
	# It goes on without a job; who starts it joins.
	said three systemctl start a.service
	until_true has_job a.service
	queue
	heard three
	state a.service
	events
}
scenario_queue_cancel_all() {
	sleeper a 20
	sleeper b 0 After=a.service
	said start systemctl start a.service b.service
	until_true has_job b.service
	run systemctl cancel
	heard start
	queue
	run systemctl cancel
	run systemctl cancel 0
	run systemctl cancel 4294967295
	run systemctl cancel 99999999999
	run systemctl cancel word
	run systemctl cancel -- -1
	state a.service b.service
}
scenario_queue_cancel_stop() {
	unit a.service <<-'EOF'
		[Service]
		ExecStart=sleep 1000
		ExecStop=/ev/ev stopping
		ExecStop=sleep 4
	EOF
	run systemctl start a.service
	said stop systemctl stop a.service
	wait_for a.service deactivating/stop
	queue
	cancel a.service
	heard stop
	queue
	wait_for a.service inactive/dead
	run systemctl start a.service
	said restart systemctl restart a.service
	wait_for a.service deactivating/stop
	queue
	cancel a.service
	heard restart
	queue
	wait_for a.service inactive/dead
	settle
	state a.service
}
# Stops are in the order opposite to that of starts, also those of two commands.
scenario_queue_order_of_stops() {
	for name in front back; do
		unit $name.service <<-EOF
			[Unit]
			$([ $name = front ] && echo After=back.service)
			[Service]
			ExecStart=sleep 1000
			ExecStop=/ev/ev stopping $name
			ExecStop=sleep 2
			ExecStopPost=/ev/ev stopped $name
		EOF
	done
	run systemctl start front.service back.service
	said front systemctl stop front.service
	wait_for front.service deactivating/stop
	said back systemctl stop back.service
	until_true has_job back.service
	queue
	heard front back
	events
	run systemctl start front.service back.service
	said back systemctl stop back.service
	wait_for back.service deactivating/stop
	said front systemctl stop front.service
	heard front back
	sorted_events
}
# A stop comes before a start, whichever of the two is after the other.
scenario_queue_stop_before_start() {
	for name in slow one two; do
		unit $name.service <<-EOF
			[Unit]
			$([ $name = one ] && echo After=slow.service)
			$([ $name = two ] && echo Before=slow.service)
			[Service]
			ExecStart=sh -c '/ev/ev start $name; exec sleep 1000'
			ExecStop=sleep 2
			ExecStopPost=/ev/ev stopped $name
		EOF
	done
	for name in one two; do
		run systemctl start slow.service
		until_events 1
		said slow systemctl stop slow.service
		wait_for slow.service deactivating/stop
		said start systemctl start $name.service
		until_true has_job $name.service
		queue
		heard slow start
		until_events 3
		events
		quietly systemctl stop $name.service
		until_events 1
		events
	done
}
# A start waits for one that itself waits, in another command.
scenario_queue_order_behind_the_waiting() {
	sleeper a 3
	sleeper b 1 After=a.service
	sleeper c 0 After=b.service
	said one systemctl start a.service b.service
	until_true has_job b.service
	said two systemctl start c.service
	until_true has_job c.service
	queue
	heard one two
	events
}
# A job mode that must not replace others: what waits counts, too.
scenario_queue_fail_mode() {
	sleeper a 20
	sleeper b 0 After=a.service
	said start systemctl start a.service b.service
	until_true has_job b.service
	run systemctl stop --job-mode=fail b.service
	run systemctl start --job-mode=fail --no-block b.service
	queue
	run systemctl stop b.service
	queue
	run systemctl stop a.service
	heard start
	events
}
# A dot in list-units: which states have one?
scenario_queue_marks() {
	unit r.service <<<$'[Service]\nType=notify-reload\nExecStart=sh -c \'systemd-notify --ready; exec sleep 100\'\nNotifyAccess=all'
	unit s.service <<<$'[Service]\nExecStart=sleep 1000\nExecStop=sleep 1000'
	unit u.service <<<$'[Service]\nExecStart=false\nRestart=always\nRestartSec=1000'
	unit p.service <<<$'[Service]\nType=oneshot\nExecStartPre=sleep 1000\nExecStart=true'
	unit n.service <<<$'[Service]\nType=notify\nExecStart=sleep 1000'
	unit l.service <<<$'[Service]\nExecStart=sleep 1000\nExecReload=sleep 1000'
	run systemctl start --no-block s.service u.service p.service n.service l.service
	wait_for s.service active/running
	wait_for u.service activating/auto-restart
	wait_for p.service activating/start-pre
	wait_for n.service activating/start
	wait_for l.service active/running
	run systemctl stop --no-block s.service
	run systemctl reload --no-block l.service
	wait_for s.service deactivating/stop
	wait_for l.service reloading/reload
	run systemctl list-units --no-legend '[supnl].service'
	run systemctl kill -s KILL s.service u.service p.service n.service l.service
	run systemctl stop u.service
}
# What is active and about to be stopped is started by what needs it, which means that the stop is canceled.
scenario_queue_start_of_what_is_to_be_stopped() {
	sleeper base 0
	sleeper user 0 Requires=base.service After=base.service
	unit front.service <<-'EOF'
		[Unit]
		After=base.service
		[Service]
		ExecStart=sleep 1000
		ExecStop=sleep 4
	EOF
	run systemctl start base.service front.service
	said stop systemctl stop front.service base.service
	until_true has_job base.service
	queue
	run systemctl start user.service
	heard stop
	queue
	state base.service front.service user.service
	events
}
# A start that waits is canceled by that of another unit which excludes it.
scenario_queue_excluded() {
	sleeper a 4
	sleeper b 0 After=a.service
	sleeper c 0 Conflicts=b.service
	said start systemctl start a.service b.service
	until_true has_job b.service
	run systemctl start c.service
	queue
	heard start
	state a.service b.service c.service
	events
}
# The same, where what comes along must not replace anything.
scenario_queue_excluded_fail_mode() {
	sleeper a 4
	sleeper b 0 After=a.service
	sleeper c 0 Conflicts=b.service
	sleeper d 0 Wants=c.service
	said start systemctl start a.service b.service
	until_true has_job b.service
	run systemctl start --job-mode=fail c.service
	run systemctl start --job-mode=fail d.service
	queue
	heard start
	state a.service b.service c.service d.service
}
# What somebody begins while a job waits comes before that, too.
scenario_queue_order_behind_the_younger() {
	sleeper a 3
	sleeper b 4
	sleeper c 0 "After=a.service b.service"
	said one systemctl start a.service c.service
	until_true has_job c.service
	said two systemctl start b.service
	wait_for b.service activating/start
	queue
	heard one two
	events
}
# A job that waits does not run yet: JobRunningTimeoutSec= is not for it.
scenario_queue_running_timeout() {
	sleeper a 5
	sleeper b 0 After=a.service JobRunningTimeoutSec=3
	said one systemctl start a.service
	wait_for a.service activating/start
	run systemctl start b.service
	heard one
	events
}
scenario_queue_order_of_reloads() {
	sleeper a 3
	unit b.service <<-'EOF'
		[Unit]
		After=a.service
		[Service]
		ExecStart=sleep 1000
		ExecReload=/ev/ev reload b
	EOF
	run systemctl start b.service
	said one systemctl start a.service
	wait_for a.service activating/start
	said two systemctl reload b.service
	until_true has_job b.service
	queue
	heard one two
	events
}
# Two restart the same: whose start finds it up is done with it, also where more is to be done.
scenario_queue_two_restarts() {
	sleeper pre 3
	sleeper slow 10
	unit twice.service <<-'EOF'
		[Unit]
		After=pre.service
		[Service]
		ExecStart=sleep 1000
	EOF
	run systemctl start twice.service
	said one systemctl restart pre.service twice.service slow.service
	wait_for pre.service activating/start
	wait_for twice.service inactive/dead
	run systemctl restart --job-mode=ignore-dependencies twice.service
	wait_for pre.service active/exited
	settle
	queue
	run systemctl stop twice.service
	run timeout 4 systemctl start twice.service
	run systemctl stop slow.service
	heard one
	state pre.service twice.service slow.service
}
