# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Jobs: their modes, what waits and what does not, timeouts; and kill, freeze, clean.

sleeper() {
	unit "$1.service" <<U
[Unit]
${2:-}
[Service]
Type=exec
ExecStartPre=/ev/ev start $1
ExecStart=/bin/sleep 1000
ExecStopPost=/ev/ev stop $1
U
}
scenario_job_mode_ignore_dependencies() {
	sleeper a $'Requires=b.service\nAfter=b.service'
	sleeper b
	run systemctl start --job-mode=ignore-dependencies a.service
	state a.service b.service
}
scenario_job_mode_ignore_requirements() {
	sleeper a $'Requires=b.service\nAfter=b.service'
	sleeper b
	run systemctl start --job-mode=ignore-requirements a.service
	state a.service b.service
}
scenario_job_mode_fail() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sleep 2'
	run systemctl start --no-block a.service
	wait_for a.service activating/start
	run systemctl stop --job-mode=fail a.service
	run systemctl stop a.service
	state a.service
}
scenario_job_mode_bogus() {
	sleeper a
	run systemctl start --job-mode=bogus a.service
	run systemctl start --job-mode=isolate a.service
}
scenario_fail_option() {
	sleeper a
	sleeper b 'Conflicts=a.service'
	run systemctl start a.service
	run systemctl start --fail b.service
	wait_for a.service inactive/dead
	props a.service ActiveState
	state b.service
}
scenario_no_block() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sleep 1.5'
	run systemctl start --no-block a.service
	wait_for a.service activating/start
	run systemctl is-active a.service
	wait_for a.service active/exited
}
scenario_wait() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1'
	unit b.service <<<$'[Service]\nExecStart=/bin/sh -c "sleep 0.5; exit 4"'
	run systemctl start --wait a.service
	state a.service
	run systemctl start --wait b.service
	state b.service
}
scenario_wait_oneshot() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/false'
	run systemctl start --wait a.service
}
scenario_stop_cancels_start() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev post $SERVICE_RESULT'
	systemctl daemon-reload
	(systemctl start a.service; /ev/ev start said $?) 2>/ev/said &
	wait_for a.service activating/start
	run systemctl stop a.service
	wait $!
	run cat /ev/said
	sorted_events
	state a.service
}
scenario_two_starts_join() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev once\nExecStart=/bin/sleep 1'
	systemctl daemon-reload
	(systemctl start a.service; /ev/ev first $?) &
	wait_for a.service activating/start
	run systemctl start a.service
	wait $!
	sorted_events
}
scenario_job_timeout() {
	unit a.service <<<$'[Unit]\nJobTimeoutSec=1\n[Service]\nType=oneshot\nExecStart=/bin/sleep 4'
	run systemctl start a.service
	state a.service
	run systemctl stop a.service
}
scenario_job_running_timeout() {
	unit a.service <<<$'[Unit]\nJobRunningTimeoutSec=1\n[Service]\nType=notify\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	props a.service JobRunningTimeoutUSec
	run systemctl stop a.service
}
scenario_job_waits_for_other() {
	unit a.service <<<$'[Unit]\nAfter=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	unit b.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "sleep 1; /ev/ev b"'
	run systemctl start --no-block b.service
	wait_for b.service activating/start
	run systemctl start a.service
	events
}
scenario_requires_of_one_starting() {
	unit a.service <<<$'[Unit]\nRequires=b.service\nAfter=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	unit b.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c "sleep 1; /ev/ev b"'
	run systemctl start --no-block b.service
	wait_for b.service activating/start
	run systemctl start a.service
	events
}
# systemd makes a job of each word as it reads it, so that the first must still be at work for the others to wait for it.
scenario_several_in_order() {
	sleeper a 'After=b.service'
	sleeper b 'After=c.service'
	sleeper c
	unit c.service.d/slow.conf <<<$'[Service]\nExecStartPre=/bin/sleep 1'
	unit a.service.d/slow.conf <<<$'[Service]\nExecStop=/bin/sleep 1'
	run systemctl start c.service b.service a.service
	events
	run systemctl stop a.service b.service c.service
	events
}
scenario_restart_several_in_order() {
	sleeper a 'After=b.service'
	sleeper b
	unit a.service.d/slow.conf <<<$'[Service]\nExecStop=/bin/sleep 1'
	run systemctl start b.service
	run systemctl start a.service
	events
	run systemctl restart a.service b.service
	events
}
scenario_on_failure_job_mode() {
	sleeper h
	unit a.service <<<$'[Unit]\nOnFailure=h.service\nOnFailureJobMode=fail\n[Service]\nExecStart=/bin/false'
	run systemctl start a.service
	wait_for h.service active/running
	state h.service
}
scenario_kill_all_and_main() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "sh -c \'trap \\\\\"/ev/ev child\\\\\" USR1; while :; do sleep 0.1; done\' & trap \'/ev/ev main\' USR1; while :; do sleep 0.1; done"'
	run systemctl start a.service
	quietly sleep 1
	run systemctl kill --kill-whom=main -s SIGUSR1 a.service
	quietly sleep 1
	sorted_events
}
scenario_kill_by_number() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl kill -s 9 a.service
	wait_for a.service failed/failed
	state a.service
	run systemctl kill a.service
}
scenario_kill_signal_0() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl kill -s 0 a.service
	run systemctl kill -s SIGRTMIN+200 a.service
	run systemctl kill --kill-whom=nobody a.service
	state a.service
}
scenario_kill_several() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service b.service
	run systemctl kill a.service b.service
	wait_for a.service inactive/dead
	wait_for b.service inactive/dead
}
scenario_kill_value() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl kill --kill-value=5 --kill-whom=main -s RTMIN+1 a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_clean_runtime_and_state() {
	unit a.service <<<$'[Service]\nType=oneshot\nStateDirectory=soloctl-cl\nCacheDirectory=soloctl-cl\nExecStart=/bin/sh -c "touch $STATE_DIRECTORY/x $CACHE_DIRECTORY/x"'
	run systemctl start a.service
	run systemctl clean --what=state a.service
	run ls -d /var/lib/soloctl-cl /var/cache/soloctl-cl
	run systemctl clean --what=cache a.service
	run ls -d /var/cache/soloctl-cl
	run systemctl clean --what=bogus a.service
}
scenario_clean_of_active() {
	unit a.service <<<$'[Service]\nStateDirectory=soloctl-cl\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl clean --what=state a.service
	run systemctl stop a.service
	run systemctl clean --what=state a.service
	run test -e /var/lib/soloctl-cl
}
scenario_runtime_directory_preserved_on_restart() {
	unit a.service <<<$'[Service]\nType=exec\nRuntimeDirectory=soloctl-rt\nRuntimeDirectoryPreserve=restart\nExecStart=/bin/sh -c "touch /run/soloctl-rt/x; exec sleep 1000"'
	run systemctl start a.service
	settle
	run systemctl restart a.service
	run test -e /run/soloctl-rt/x
	run systemctl stop a.service
	run test -e /run/soloctl-rt
}
scenario_freeze_inactive() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl freeze a.service
}
scenario_isolate_target() {
	unit t.target <<<$'[Unit]\nAllowIsolate=yes\nRequires=multi-user.target\nAfter=multi-user.target\nWants=a.service'
	sleeper a
	sleeper b
	sleeper c 'IgnoreOnIsolate=yes'
	run systemctl start b.service c.service
	run systemctl isolate t.target
	state a.service b.service c.service
	run systemctl is-active t.target
	quietly systemctl isolate multi-user.target
}
scenario_default_target_words() {
	run systemctl start no-suffix
	run systemctl start bad/name.service
	run systemctl start 'a b.service'
	run systemctl start ''
	run systemctl start
	run systemctl stop
}
