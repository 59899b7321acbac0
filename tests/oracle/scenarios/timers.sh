# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Timer units: when they elapse, and what is told about it.

scenario_timer_active_sec() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev ran $TRIGGER_UNIT"'
	unit a.timer <<<$'[Timer]\nOnActiveSec=2s\nAccuracySec=1ms'
	run systemctl start a.timer
	props a.timer ActiveState SubState Result
	wait_for a.timer active/elapsed
	events
	props a.timer NextElapseUSecRealtime NextElapseUSecMonotonic
	run systemctl is-active a.timer
	run systemctl stop a.timer
}
scenario_timer_does_not_remain() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnActiveSec=1s\nAccuracySec=1ms\nRemainAfterElapse=no'
	run systemctl start a.timer
	wait_for a.timer inactive/dead
	events
}
scenario_timer_running() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.timer <<<$'[Timer]\nOnActiveSec=1s\nAccuracySec=1ms'
	quietly systemctl start a.timer
	wait_for a.timer active/running
	wait_for a.service active/running
	props a.service ActiveState
	run systemctl stop a.service
	wait_for a.timer active/elapsed
}
scenario_timer_unit_active_sec() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnActiveSec=0\nOnUnitActiveSec=2s\nAccuracySec=1ms'
	quietly systemctl start a.timer
	until_events 3
	quietly systemctl stop a.timer
	events
}
scenario_timer_unit_inactive_sec() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnUnitInactiveSec=2s\nAccuracySec=1ms'
	quietly systemctl start a.timer
	props a.timer SubState
	sleep 1.3
	events
	quietly systemctl start a.service
	wait_for a.timer active/waiting
	until_events 2
	quietly systemctl stop a.timer
	events
}
scenario_timer_calendar() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnCalendar=*:*:*\nAccuracySec=1ms'
	quietly systemctl start a.timer
	sleep 2.5
	quietly systemctl stop a.timer
	events | sort -u
}
scenario_timer_calendar_next() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnCalendar=2099-12-24 18:00 UTC\nOnCalendar=2098-01-01\nAccuracySec=1ms'
	quietly systemctl start a.timer
	props a.timer SubState NextElapseUSecRealtime NextElapseUSecMonotonic TimersCalendar TimersMonotonic LastTriggerUSec Unit
	run systemctl list-timers --no-legend a.timer
	run systemctl status -n 0 a.timer
}
scenario_timer_calendar_over() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnCalendar=1999-12-24'
	run systemctl start a.timer
	props a.timer ActiveState SubState
}
scenario_timer_without_unit() {
	unit a.timer <<<$'[Timer]\nOnActiveSec=1h'
	run systemctl start a.timer
	props a.timer ActiveState SubState Result
}
scenario_timer_without_trigger() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/true'
	unit a.timer <<<$'[Timer]\nAccuracySec=1h'
	run systemctl start a.timer
	props a.timer LoadState ActiveState
}
scenario_timer_other_unit() {
	unit b.target <<<$'[Unit]\nDescription=of the timer'
	unit a.timer <<<$'[Timer]\nOnActiveSec=1s\nAccuracySec=1ms\nUnit=b.target'
	quietly systemctl start a.timer
	props a.timer Triggers
	props b.target TriggeredBy
	wait_for b.target active/active
	wait_for a.timer active/running
	quietly systemctl stop b.target
	wait_for a.timer active/elapsed
}
scenario_timer_service_fails() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran\nExecStart=/bin/false'
	unit a.timer <<<$'[Timer]\nOnActiveSec=0\nOnUnitActiveSec=2s\nAccuracySec=1ms'
	quietly systemctl start a.timer
	until_events 2
	quietly systemctl stop a.timer
	events
	wait_for a.service failed/failed
	props a.service ActiveState Result
}
scenario_timer_persistent() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnCalendar=daily\nPersistent=yes'
	rm -f /var/lib/systemd/timers/stamp-a.timer
	quietly systemctl start a.timer
	settle
	events
	stat -c '  %n %A' /var/lib/systemd/timers/stamp-a.timer
	quietly systemctl stop a.timer
	touch -d '3 days ago' /var/lib/systemd/timers/stamp-a.timer
	quietly systemctl start a.timer
	wait_for a.timer active/waiting
	sleep 1
	events
	quietly systemctl stop a.timer
	rm -f /var/lib/systemd/timers/stamp-a.timer
}
scenario_timer_lists() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/true'
	unit a.timer <<<$'[Timer]\nOnCalendar=2099-12-24 18:00 UTC'
	unit b.timer <<<$'[Timer]\nOnCalendar=2098-12-24 18:00 UTC\nUnit=a.service'
	unit c.timer <<<$'[Timer]\nOnUnitActiveSec=1h\nUnit=a.service'
	quietly systemctl start a.timer b.timer c.timer
	run systemctl list-timers a.timer b.timer c.timer
	systemctl show -P TriggeredBy a.service | tr ' ' '\n' | sort
	props c.timer SubState
}
scenario_timer_stop_service_warns() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.timer <<<$'[Timer]\nOnActiveSec=1h'
	quietly systemctl start a.timer
	quietly systemctl start a.service
	run systemctl stop a.service
}
scenario_timer_daemon_reload_sooner() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnActiveSec=1h\nAccuracySec=1ms'
	quietly systemctl start a.timer
	wait_for a.timer active/waiting
	unit a.timer <<<$'[Timer]\nOnActiveSec=1s\nAccuracySec=1ms'
	run systemctl daemon-reload
	wait_for a.timer active/elapsed
	events
}
scenario_timer_daemon_reload_calendar() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnCalendar=2095-01-01 00:00:00 UTC'
	quietly systemctl start a.timer
	props a.timer ActiveState SubState NextElapseUSecRealtime
	unit a.timer <<<$'[Timer]\nOnCalendar=2096-01-01 00:00:00 UTC'
	run systemctl daemon-reload
	props a.timer ActiveState SubState NextElapseUSecRealtime
	unit a.timer <<<$'[Timer]\nOnCalendar=2001-01-01 00:00:00 UTC'
	run systemctl daemon-reload
	wait_for a.timer active/elapsed
	props a.timer NextElapseUSecRealtime
	events
}
# What is relative to the start is counted from the reload.
scenario_timer_daemon_reload_counts_anew() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.timer <<<$'[Timer]\nOnActiveSec=6s\nAccuracySec=1ms'
	quietly systemctl start a.timer
	sleep 3
	run systemctl daemon-reload
	sleep 4.5
	props a.timer SubState
	wait_for a.timer active/elapsed
	events
}
# The service runs over a full ten seconds, and ends a second behind them.
long_run() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev began; sleep 2; until date +%%s | grep -q [5-9]$$; do sleep 0.2; done; until date +%%s | grep -q [1-4]$$; do sleep 0.2; done"'
	unit a.timer <<<$'[Timer]\nOnActiveSec=0\nOnCalendar=*:*:0/10\nAccuracySec=1us\n'"${1:-}"
	quietly systemctl start a.timer
	until_events 1
	props a.timer DeferReactivation
}
scenario_timer_defer_reactivation() {
	long_run DeferReactivation=yes
	wait_for a.timer active/waiting 20
	wait_for a.service inactive/dead
	events
}
scenario_timer_reactivation() {
	long_run
	until_events 2
	state a.timer
	events
}
