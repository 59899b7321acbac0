# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The phases of a service: conditions, Pre, Post, Reload, Stop, StopPost, and how failures in each go on.

scenario_all_phases_in_order() {
	unit a.service <<'U'
[Service]
ExecCondition=/ev/ev condition
ExecStartPre=/ev/ev pre1
ExecStartPre=/ev/ev pre2
ExecStart=/bin/sleep 1000
ExecStartPost=/ev/ev post
ExecReload=/ev/ev reload
ExecStop=/ev/ev stop
ExecStopPost=/ev/ev stoppost
U
	run systemctl start a.service
	run systemctl reload a.service
	run systemctl stop a.service
	events
	state a.service
}
scenario_condition_1_skips() {
	unit a.service <<<$'[Service]\nExecCondition=/bin/false\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev stoppost'
	run systemctl start a.service
	state a.service
	events
}
scenario_condition_255_fails() {
	unit a.service <<<$'[Service]\nExecCondition=/bin/sh -c "exit 255"\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	state a.service
}
scenario_pre_fails() {
	unit a.service <<<$'[Service]\nExecStartPre=/bin/false\nExecStart=/ev/ev start\nExecStop=/ev/ev stop\nExecStopPost=/ev/ev stoppost $SERVICE_RESULT'
	run systemctl start a.service
	state a.service
	events
}
scenario_post_fails() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStartPost=/bin/false\nExecStop=/ev/ev stop\nExecStopPost=/ev/ev stoppost $SERVICE_RESULT $EXIT_CODE $EXIT_STATUS'
	run systemctl start a.service
	state a.service
	events
}
scenario_reload_fails() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/bin/false'
	run systemctl start a.service
	run systemctl reload a.service
	state a.service
	run systemctl stop a.service
}
scenario_reload_not_applicable() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl reload a.service
	run systemctl reload-or-restart a.service
	run systemctl try-reload-or-restart a.service
	state a.service
}
scenario_reload_inactive() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/bin/true'
	run systemctl reload a.service
	run systemctl try-reload-or-restart a.service
	run systemctl try-restart a.service
	run systemctl reload-or-restart a.service
	state a.service
}
scenario_stop_environment() {
	unit a.service <<'U'
[Service]
ExecStart=/bin/sh -c "exit 7"
ExecStopPost=/bin/sh -c '/ev/ev post $SERVICE_RESULT $EXIT_CODE $EXIT_STATUS'
U
	run systemctl start a.service
	wait_for a.service failed/failed
	events
	state a.service
}
scenario_stop_fails() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/false'
	run systemctl start a.service
	run systemctl stop a.service
	state a.service
}
scenario_stop_timeout() {
	unit a.service <<<$'[Service]\nTimeoutStopSec=1\nExecStart=/bin/sh -c "trap \'\' TERM; while :; do sleep 0.1; done"'
	run systemctl start a.service
	settle
	run systemctl stop a.service
	state a.service
}
scenario_mainpid_in_reload() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "trap \'/ev/ev hup\' HUP; while :; do sleep 0.1; done"\nExecReload=/bin/kill -HUP $MAINPID'
	run systemctl start a.service
	settle
	run systemctl reload a.service
	settle
	events
	run systemctl stop a.service
}
scenario_main_exits_during_reload_is_seen() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "trap \'exit 9\' HUP; while :; do sleep 0.05; done"\nExecReload=/bin/sh -c "kill -HUP $MAINPID; sleep 1.5"'
	run systemctl start a.service
	settle
	run systemctl reload a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_stop_while_starting() {
	unit a.service <<<$'[Service]\nExecStartPre=/bin/sleep 1000\nExecStart=/bin/sleep 1000\nExecStop=/ev/ev stop\nExecStopPost=/ev/ev stoppost'
	run systemctl start --no-block a.service
	wait_for a.service activating/start-pre
	run systemctl stop a.service
	state a.service
	events
}
