# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Restart=, clean ends, start limits.

# restart_case RESTART COMMAND: three lines of evidence: whether it came back, and what it is called afterwards.
restart_case() {
	unit a.service <<U
[Service]
Restart=$1
RestartSec=100ms
ExecStart=/bin/sh -c 'if [ -e /ev/once ]; then exec sleep 1000; fi; touch /ev/once; ${2/\$\$/\$\$\$\$}'
U
	run systemctl start a.service
	quietly sleep 1
	state a.service
	quietly systemctl stop a.service
	rm -f /ev/once
}
scenario_restart_no() { restart_case no 'exit 1'; }
scenario_restart_always_0() { restart_case always 'exit 0'; }
scenario_restart_always_term() { restart_case always 'kill -TERM $$'; }
scenario_restart_on_success_0() { restart_case on-success 'exit 0'; }
scenario_restart_on_success_1() { restart_case on-success 'exit 1'; }
scenario_restart_on_success_term() { restart_case on-success 'kill -TERM $$'; }
scenario_restart_on_failure_1() { restart_case on-failure 'exit 1'; }
scenario_restart_on_failure_0() { restart_case on-failure 'exit 0'; }
scenario_restart_on_failure_kill() { restart_case on-failure 'kill -KILL $$'; }
scenario_restart_on_failure_term() { restart_case on-failure 'kill -TERM $$'; }
scenario_restart_on_abnormal_1() { restart_case on-abnormal 'exit 1'; }
scenario_restart_on_abnormal_kill() { restart_case on-abnormal 'kill -KILL $$'; }
scenario_restart_on_abort_1() { restart_case on-abort 'exit 1'; }
scenario_restart_on_abort_kill() { restart_case on-abort 'kill -KILL $$'; }
scenario_restart_prevent() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartPreventExitStatus=5 SIGKILL\nExecStart=/bin/sh -c "exit 5"'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_restart_force() {
	unit a.service <<<$'[Service]\nRestart=no\nRestartForceExitStatus=6\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then exec sleep 1000; fi; touch /ev/once; exit 6"'
	run systemctl start a.service
	quietly sleep 1
	state a.service
}
scenario_success_exit_status() {
	unit a.service <<<$'[Service]\nSuccessExitStatus=143 TEMPFAIL SIGUSR1\nExecStart=/bin/sh -c "exit 75"'
	run systemctl start a.service
	wait_for a.service inactive/dead
}
scenario_start_limit() {
	unit a.service <<<$'[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=60\n[Service]\nRestart=always\nRestartSec=50ms\nExecStart=/bin/false'
	run systemctl start a.service
	quietly sleep 1.5
	state a.service
	run systemctl start a.service
	run systemctl reset-failed a.service
	run systemctl start a.service
}
scenario_stop_during_auto_restart() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=100\nExecStart=/bin/false'
	run systemctl start a.service
	wait_for a.service activating/auto-restart
	run systemctl is-active a.service
	run systemctl stop a.service
	state a.service
}
scenario_start_during_auto_restart() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=100\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then exec sleep 1000; fi; touch /ev/once; exit 1"'
	run systemctl start a.service
	wait_for a.service activating/auto-restart
	run systemctl start a.service
	state a.service
	run systemctl stop a.service
}
scenario_kill_9_of_main() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl kill -s KILL a.service
	wait_for a.service failed/failed
	state a.service
	run systemctl status --lines=0 a.service
}
scenario_term_is_a_clean_end() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl kill a.service
	wait_for a.service inactive/dead
	run systemctl is-failed a.service
}
scenario_oneshot_term_is_a_failure() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "kill -TERM $$$$"'
	run systemctl start a.service
	state a.service
}
