# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Odd wishes: dependencies that contradict each other or themselves, modes, several words, and what is told of it.

lives() { unit "$1.service" <<<$'[Unit]\n'"${2:-}"$'\n[Service]\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev post '"$1"; }
once() { unit "$1.service" <<<$'[Unit]\n'"${2:-}"$'\n[Service]\nType=oneshot\nExecStart=/ev/ev '"$1"; }
stays() { unit "$1.service" <<<$'[Unit]\n'"${2:-}"$'\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/ev/ev up '"$1"$'\nExecStop=/ev/ev down '"$1"; }

scenario_odd_requires_itself() {
	once a $'Requires=a.service\nAfter=a.service\nConflicts=a.service'
	run systemctl start a.service
	events
}
scenario_odd_requires_and_conflicts() {
	lives a $'Requires=b.service\nConflicts=b.service'
	lives b
	# Which jobs of which unit are told of, the order of a hash table says.
	run sh -c 'systemctl start a.service 2>&1 | sed "s/jobs .* for [ab]/jobs for X/"'
	state a.service b.service
}
scenario_odd_wants_and_conflicts() {
	lives a $'Wants=b.service\nConflicts=b.service'
	lives b
	run systemctl start a.service
	state a.service b.service
}
scenario_odd_requires_what_another_conflicts_with() {
	lives a $'Requires=b.service c.service'
	lives b
	lives c 'Conflicts=b.service'
	run sh -c 'systemctl start a.service 2>&1 | sed "s/jobs .* for [abc]/jobs for X/"'
	state a.service b.service c.service
}
scenario_odd_wants_what_another_conflicts_with() {
	lives a $'Requires=b.service\nWants=c.service'
	lives b
	lives c 'Conflicts=b.service'
	run systemctl start a.service
	wait_for b.service active/running
	state a.service b.service c.service
}
scenario_odd_two_words_that_conflict() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sleep 1000'
	lives b 'Conflicts=a.service'
	run systemctl start a.service b.service
	wait_for b.service active/running
}
scenario_odd_requirement_in_the_second_degree_is_masked() {
	lives a 'Requires=b.service'
	lives b 'Requires=c.service'
	ln -s /dev/null /etc/systemd/system/c.service
	made+=(c.service)
	run systemctl start a.service
	run systemctl start b.service
	run systemctl restart c.service
	run systemctl stop c.service
	run systemctl try-restart c.service
	run systemctl reload c.service
	run systemctl is-active c.service
}
scenario_odd_requirement_is_broken() {
	lives a 'Requires=b.service'
	lives c 'Wants=b.service'
	unit b.service <<<$'[Service]\nType=oneshot'
	run systemctl start a.service
	run systemctl start c.service
	run systemctl start b.service
	run systemctl stop b.service
	run systemctl restart b.service
	run systemctl try-restart b.service
	props c.service ActiveState
}
scenario_odd_binds_to_what_is_no_more() {
	lives a $'BindsTo=nosuch.service'
	once b $'BindsTo=c.service\nAfter=c.service'
	once c
	run systemctl start a.service
	run systemctl start b.service
	events
}
scenario_odd_requisite_and_requires() {
	lives a $'Requisite=b.service\nRequires=b.service\nAfter=b.service'
	lives b
	run systemctl start a.service
	props a.service ActiveState
	props b.service ActiveState
}
scenario_odd_requisite_of_skipped() {
	unit t.target <<<$'[Unit]\nWants=a.service b.service'
	once a $'Requisite=b.service\nAfter=b.service'
	once b 'ConditionPathExists=/nowhere'
	run systemctl start t.target
	run systemctl start b.service a.service
	events
}
scenario_odd_requires_skipped() {
	once a $'Requires=b.service\nAfter=b.service'
	once b 'ConditionPathExists=/nowhere'
	run systemctl start a.service
	events
}
scenario_odd_requires_asserted() {
	once a $'Requires=b.service\nAfter=b.service'
	once b 'AssertPathExists=/nowhere'
	run systemctl start a.service
	run systemctl start b.service
	events
	state a.service b.service
}
scenario_odd_mode_triggering() {
	lives a
	unit a.path <<<$'[Path]\nPathExists=/nowhere'
	unit a.timer <<<$'[Timer]\nOnActiveSec=1d'
	run systemctl start a.service
	run systemctl start a.path a.timer
	run systemctl stop --job-mode=triggering a.service
	run systemctl is-active a.service a.path a.timer
	run systemctl start --job-mode=triggering a.service
	run systemctl stop a.path a.timer
}
scenario_odd_mode_restart_dependencies() {
	stays a
	stays b $'Requires=a.service\nAfter=a.service'
	run systemctl start b.service
	events
	run systemctl stop --job-mode=ignore-dependencies a.service
	events
	run systemctl start --job-mode=restart-dependencies a.service
	until_events 3
	events
	run systemctl restart --job-mode=restart-dependencies a.service
}
scenario_odd_mode_ignore_dependencies_stops_alone() {
	stays a
	stays b $'Requires=a.service\nAfter=a.service'
	run systemctl start b.service
	run systemctl stop --job-mode=ignore-dependencies a.service
	run systemctl restart --job-mode=ignore-requirements a.service
	events
	props b.service ActiveState
}
scenario_odd_mode_irreversible() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/sh -c "while ! [ -e /ev/open ]; do sleep 0.1; done"'
	run systemctl start a.service
	run systemctl stop --no-block --job-mode=replace-irreversibly a.service
	wait_for a.service deactivating/stop
	touch /ev/open
	wait_for a.service inactive/dead
}
scenario_odd_mode_flush() {
	once a
	run systemctl start --job-mode=flush a.service
	run systemctl start --job-mode=fail a.service
	run systemctl start --job-mode=replace a.service
	run systemctl start --job-mode= a.service
	events
}
scenario_odd_several_words_mixed() {
	lives a
	lives b
	run systemctl start nosuch1.service a.service nosuch2.service b.service
	run systemctl restart nosuch1.service a.service
	run systemctl try-restart nosuch1.service a.service
	run systemctl reload a.service b.service nosuch.service
	run systemctl reload-or-restart nosuch.service
	run systemctl try-reload-or-restart nosuch.service
	run systemctl condrestart nosuch.service
	run systemctl force-reload nosuch.service
	run systemctl stop nosuch1.service a.service
	run systemctl is-active a.service b.service nosuch.service
	run systemctl is-active nosuch.service
	run systemctl is-failed a.service b.service
	run systemctl -q is-active b.service
	run systemctl is-active
}
scenario_odd_oneshot_that_requires_one_that_ends() {
	once a $'Requires=b.service\nAfter=b.service'
	once b
	run systemctl start a.service
	run systemctl restart a.service
	run systemctl restart b.service
	events
}
scenario_odd_restart_of_middle() {
	stays a
	stays b $'Requires=a.service\nAfter=a.service'
	stays c $'Requires=b.service\nAfter=b.service'
	run systemctl start c.service
	events
	run systemctl restart b.service
	wait_for c.service active/exited
	events
	run systemctl restart a.service
	wait_for c.service active/exited
	events
	run systemctl stop a.service
	events
}
scenario_odd_stop_propagated_from() {
	stays a
	stays b 'StopPropagatedFrom=a.service'
	run systemctl start a.service b.service
	run systemctl restart a.service
	props b.service ActiveState
	run systemctl start b.service
	run systemctl stop a.service
	wait_for b.service inactive/dead
	sorted_events
}
scenario_odd_reload_propagated_from() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload a'
	unit b.service <<<$'[Unit]\nReloadPropagatedFrom=a.service t.target\n[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload b'
	unit t.target <<<$'[Unit]\nDescription=T'
	run systemctl start a.service t.target
	run systemctl reload a.service
	events
	run systemctl start b.service
	run systemctl reload a.service
	until_events 2
	sorted_events
	run systemctl reload t.target
	until_events 1
	events
	run systemctl reload-or-restart t.target
	until_events 1
	events
}
scenario_odd_reload_of_target() {
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload b'
	unit t.target <<<$'[Unit]\nPropagatesReloadTo=b.service'
	unit u.target <<<$'[Unit]\nPropagatesReloadTo=b.service'
	run systemctl start b.service t.target
	run systemctl reload t.target
	until_events 1
	events
	run systemctl reload u.target
	run systemctl reload-or-restart u.target
	run systemctl try-reload-or-restart u.target
	run systemctl is-active u.target
}
scenario_odd_unneeded_chain() {
	stays a $'Requires=b.service\nAfter=b.service'
	stays b $'StopWhenUnneeded=yes\nRequires=c.service\nAfter=c.service'
	stays c 'StopWhenUnneeded=yes'
	run systemctl start a.service
	events
	run systemctl stop a.service
	wait_for c.service inactive/dead
	events
	run systemctl start b.service
	wait_for c.service inactive/dead
	props b.service ActiveState
}
scenario_odd_on_success_of_a_stop() {
	lives a 'OnSuccess=h.service'
	once h
	run systemctl start a.service
	run systemctl stop a.service
	until_events 2
	sorted_events
	run systemctl start a.service
	run systemctl restart a.service
	until_events 2
	sorted_events
}
scenario_odd_on_failure_of_a_dependency() {
	once a $'Requires=b.service\nAfter=b.service\nOnFailure=h.service'
	unit b.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/false'
	once h
	run systemctl start a.service
	until_events 1
	events
}
scenario_odd_start_limit() {
	unit a.service <<<$'[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=1000\n[Service]\nType=oneshot\nExecStart=/bin/false'
	run systemctl start a.service
	run systemctl start a.service
	run systemctl start a.service
	run systemctl restart a.service
	state a.service
	run systemctl reset-failed a.service
	run systemctl start a.service
}
scenario_odd_refusals_of_restart() {
	stays a 'RefuseManualStop=yes'
	stays b 'RefuseManualStart=yes'
	run systemctl start a.service b.service
	run systemctl restart a.service
	run systemctl try-restart a.service
	run systemctl try-restart b.service
	run systemctl reload-or-restart a.service
	run systemctl stop a.service
	run systemctl isolate a.service
	run systemctl start --job-mode=ignore-dependencies b.service
	events
	stays a
	quietly systemctl stop a.service
}
scenario_odd_kill_of_what_has_no_process() {
	stays a
	unit t.target <<<$'[Unit]\nDescription=T'
	unit s.timer <<<$'[Unit]\nDescription=T\n[Timer]\nOnActiveSec=1d\nUnit=a.service'
	run systemctl start a.service t.target
	run systemctl kill a.service
	run systemctl kill --kill-whom=main a.service
	run systemctl kill t.target
	run systemctl kill nosuch.service
	run systemctl kill nosuch.target
	props a.service ActiveState
}
scenario_odd_wait_for_what_never_starts() {
	once a 'ConditionPathExists=/nowhere'
	once b 'AssertPathExists=/nowhere'
	run systemctl start --wait a.service
	run systemctl start --wait b.service
	run systemctl restart --wait a.service
	run systemctl stop --wait a.service
	run systemctl start --wait nosuch.service
	run systemctl start --wait --no-block a.service
}
scenario_odd_target_of_failing() {
	unit t.target <<<$'[Unit]\nRequires=a.service b.service'
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/false'
	stays b
	run systemctl start t.target
	wait_for b.service active/exited
	run systemctl is-active t.target b.service
	run systemctl is-failed t.target a.service
	run systemctl start t.target
}
scenario_odd_slices_and_scopes() {
	run systemctl start nosuch.slice
	run systemctl stop nosuch.slice
	run systemctl start nosuch.scope
	run systemctl stop nosuch.scope
	run systemctl start nosuch.mount
	run systemctl start nosuch.swap
	run systemctl start nosuch.device
	run systemctl start nosuch.timer
	run systemctl restart -- -.mount
	run systemctl stop -- -.mount
}
scenario_odd_socket_behind_its_service() {
	lives a
	unit a.socket <<<$'[Socket]\nListenStream=/run/a.sock'
	run systemctl start a.service
	run systemctl start a.socket
	run systemctl is-active a.service a.socket
	run systemctl stop a.service
	run systemctl start a.socket a.service
	run systemctl is-active a.service a.socket
	run systemctl stop a.socket a.service
}
scenario_odd_service_and_its_socket_in_one_command() {
	lives a
	unit a.socket <<<$'[Socket]\nListenStream=/run/a.sock'
	run systemctl start a.service a.socket
	run systemctl is-active a.service a.socket
	run systemctl stop a.socket a.service
}
