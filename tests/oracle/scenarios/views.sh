# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What is shown of units in each state: status, list-units, list-dependencies, cat, is-*.

# status_of UNIT: without what only cgroups know.
# A process that has not been executed yet still has a name in parentheses: not before it is.
status_of() { settle; run sh -c "systemctl status -n 0 $1; echo \$? >/ev/st" | sed -E -e '/CGroup:/d' -e '/^  out: +[│├└]/d'; echo "  status $(cat /ev/st)"; }

scenario_status_active() {
	unit a.service <<<$'[Unit]\nDescription=A thing\nDocumentation=man:a(1)\n[Service]\nType=exec\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	status_of a.service
}
scenario_status_inactive() {
	unit a.service <<<$'[Unit]\nDescription=A thing\n[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target'
	status_of a.service
	run systemctl is-enabled a.service
}
scenario_status_exited() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\nExecStart=-/bin/false'
	run systemctl start a.service
	status_of a.service
}
scenario_status_dead_after_run() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/true'
	run systemctl start a.service
	status_of a.service
}
scenario_status_exit_code() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "exit 3"\nExecStopPost=/bin/true'
	run systemctl start a.service
	wait_for a.service failed/failed
	status_of a.service
}
scenario_status_named_exit_code() {
	unit a.service <<<$'[Service]\nUser=no-such-user\nExecStart=/bin/true'
	run systemctl start a.service
	wait_for a.service failed/failed
	status_of a.service
}
scenario_status_timeout() {
	unit a.service <<<$'[Service]\nType=notify\nTimeoutStartSec=1\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	status_of a.service
}
scenario_status_start_pre() {
	unit a.service <<<$'[Service]\nExecStartPre=/bin/sleep 1000\nExecStart=/bin/sleep 1000'
	run systemctl start --no-block a.service
	wait_for a.service activating/start-pre
	status_of a.service
}
scenario_status_start_post() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStartPost=/bin/sleep 1001'
	run systemctl start --no-block a.service
	wait_for a.service activating/start-post
	status_of a.service
}
scenario_status_stop() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/sleep 3'
	run systemctl start a.service
	run systemctl stop --no-block a.service
	wait_for a.service deactivating/stop
	status_of a.service
}
scenario_status_reload() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/bin/sleep 3'
	run systemctl start a.service
	run systemctl reload --no-block a.service
	wait_for a.service reloading/reload
	status_of a.service
	run systemctl is-active a.service
}
scenario_status_auto_restart() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=100\nExecStart=/bin/false'
	run systemctl start a.service
	wait_for a.service activating/auto-restart
	status_of a.service
}
scenario_status_text() {
	unit a.service <<<$'[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c "systemd-notify --ready --status=busy; exec sleep 1000"'
	run systemctl start a.service
	status_of a.service
}
scenario_status_drop_in() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.service.d/10-x.conf <<<$'[Unit]\nDescription=changed'
	unit a.service.d/20-y.conf <<<$'[Service]\nNice=1'
	run systemctl start a.service
	status_of a.service
}
scenario_status_condition() {
	unit a.service <<<$'[Unit]\nConditionPathExists=/no/such\nConditionPathExists=/\n[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	status_of a.service
}
scenario_status_masked_and_others() {
	ln -s /dev/null /etc/systemd/system/m.service
	made+=(m.service)
	unit b.service <<<$'[Service]\nType=simple'
	status_of m.service
	status_of b.service
	status_of nosuch.service
	status_of 'nosuch*.service'
}
scenario_status_target() {
	unit t.target <<<$'[Unit]\nDescription=A target'
	status_of t.target
	run systemctl start t.target
	status_of t.target
}
scenario_status_several() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run sh -c 'systemctl status -n 0 a.service b.service | grep -E "Active|^$"'
	run sh -c 'systemctl status -n 0 a.service b.service >/dev/null'
}
scenario_status_by_pid() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run sh -c 'systemctl status -n 0 $(systemctl show -p MainPID --value a.service) | grep -E "Active|Loaded"'
}
scenario_list_units() {
	unit a1.service <<<$'[Unit]\nDescription=First of all\n[Service]\nExecStart=/bin/sleep 1000'
	unit a2.service <<<$'[Service]\nExecStart=/bin/false'
	unit a3.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true'
	quietly systemctl start a1.service a2.service a3.service
	wait_for a2.service failed/failed
	run systemctl list-units 'a[123].service'
	run systemctl list-units --plain --no-legend 'a[123].service'
	run systemctl list-units --state=failed 'a[123].service'
	run systemctl --failed --no-legend 'a[123].service'
	run systemctl list-units --state=running,exited --no-legend 'a[123].service'
	run systemctl list-units --type=target 'a[123].service'
	run systemctl --no-legend -o json list-units 'a[123].service'
}
scenario_list_units_all() {
	unit a1.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a2.service <<<$'[Unit]\nWants=nosuch2.service\n[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a2.service
	run systemctl list-units --no-legend 'a[123].service'
}
scenario_list_dependencies() {
	unit a.service <<<$'[Unit]\nDefaultDependencies=no\nWants=b.service c.service\n[Service]\nExecStart=/bin/sleep 1000'
	unit b.service <<<$'[Unit]\nDefaultDependencies=no\nRequires=d.service\n[Service]\nExecStart=/bin/sleep 1000'
	unit c.service <<<$'[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/sleep 1000'
	unit d.service <<<$'[Unit]\nDefaultDependencies=no\nAfter=c.service\n[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start b.service
	run systemctl list-dependencies --plain a.service
	run systemctl list-dependencies --reverse --plain d.service
	run systemctl list-dependencies --after --plain d.service
	run systemctl list-dependencies --before --plain c.service
}
scenario_cat() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.service.d/x.conf <<<$'# a comment\n[Service]\nNice=1'
	run systemctl cat a.service
	run systemctl cat a.service nosuch.service
}
scenario_is_words() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit b.service <<<$'[Service]\nExecStart=/bin/false'
	quietly systemctl start a.service b.service
	wait_for b.service failed/failed
	run systemctl is-active a.service b.service nosuch.service
	run systemctl is-active b.service nosuch.service
	run systemctl is-failed a.service b.service nosuch.service
	run systemctl is-failed a.service nosuch.service
	run systemctl is-active -q a.service
	run systemctl is-active -q b.service
	run systemctl is-active
}
scenario_reset_failed() {
	unit a.service <<<$'[Service]\nExecStart=/bin/false'
	unit b.service <<<$'[Service]\nExecStart=/bin/false'
	quietly systemctl start a.service b.service
	wait_for a.service failed/failed
	wait_for b.service failed/failed
	run systemctl reset-failed a.service
	run systemctl is-failed a.service b.service
	run systemctl reset-failed 'b*'
	run systemctl is-failed a.service b.service
}
scenario_list_jobs() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sleep 2'
	run systemctl list-jobs
	run systemctl start --no-block a.service
	wait_for a.service activating/start
	run sh -c 'systemctl list-jobs --no-legend | sed -E "s/^ *[0-9]+/N/; s/ +/ /g"'
}
scenario_can_clean() {
	local n=0
	for lines in '' 'RuntimeDirectory=a\nStateDirectory=a\nCacheDirectory=a\nLogsDirectory=a\nConfigurationDirectory=a' 'FileDescriptorStoreMax=1\nLogsDirectory=a' 'ConfigurationDirectory=a\nCacheDirectory=a'; do
		n=$((n + 1))
		unit c$n.service <<<$'[Service]\nExecStart=/bin/true\n'"$(echo -e "$lines")"
		props c$n.service CanClean
	done
	unit c.timer <<<$'[Timer]\nOnActiveSec=9\nPersistent=yes\nUnit=c1.service'
	unit c.socket <<<$'[Socket]\nListenStream=/run/c\nRuntimeDirectory=a\nService=c1.service'
	props c.timer CanClean
	props c.socket CanClean
	props basic.target CanClean
}
# What is wrong with a unit does not keep its settings from being shown.
scenario_status_of_bad_units() {
	unit bt.timer <<<$'[Timer]\nAccuracySec=1'
	unit bp.path <<<$'[Path]\nUnit=x.service'
	unit bs.socket <<<$'[Socket]\nAccept=no'
	unit ba.socket <<<$'[Socket]\nAccept=yes'
	unit bm.mount <<<$'[Mount]\nWhat=tmpfs\nWhere=/foo'
	unit bn.mount <<<$'[Mount]\nWhere=/bn'
	unit bw.automount <<<$'[Automount]\nWhere=/foo'
	unit bx.swap <<<$'[Swap]\nWhat=/bx'
	printf '[Unit]\nDescription=x\xffy\n[Service]\nExecStart=/bin/true\n' | unit bu.service
	printf '[Service]\nExecStart=/bin/true\n[Bogus\n' | unit bv.service
	ln -s /dev/null $units/bz.timer
	made+=(bz.timer)
	local u
	for u in bt.timer bp.path bs.socket ba.socket bm.mount bn.mount bw.automount bx.swap bu.service bv.service bz.timer; do
		run systemctl status -n 0 $u
	done
}
scenario_status_triggers() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/ev/s'
	unit b.timer <<<$'[Timer]\nOnActiveSec=1h\nUnit=a.service'
	unit c.socket <<<$'[Socket]\nListenStream=/ev/t\nService=nosuch.service'
	run systemctl status -n 0 a.socket
	run systemctl status -n 0 b.timer
	run systemctl status -n 0 c.socket
	run systemctl start a.socket
	wait_for a.socket active/listening
	run sh -c 'systemctl status -n 0 a.service | grep -A 2 Trigger'
	run sh -c 'systemctl status -n 0 a.socket | grep Triggers'
}
scenario_status_patterns_heed_filters() {
	unit sa.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit sb.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/false'
	run systemctl start sa.service sb.service
	wait_for sa.service active/running
	run sh -c "systemctl status -n 0 's[ab].service' --state=failed | grep Loaded"
	run sh -c "systemctl status -n 0 's[ab].service' --state=running | grep Loaded"
	run systemctl status -n 0 's[ab].service' --type=socket
	run sh -c "systemctl status -n 0 sa.service --state=failed | grep Loaded"
	run sh -c "systemctl show -p Id 's[ab].service' --state=failed"
	run systemctl is-active 's[ab].service' --state=failed
}
# By kind, not by time.
scenario_status_order_of_processes() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/sleep 1001\nTimeoutStopSec=100'
	run systemctl start a.service
	wait_for_comm a.service sleep
	run systemctl stop --no-block a.service
	wait_for a.service deactivating/stop
	settle
	run systemctl kill --kill-whom=control a.service
	wait_for a.service failed/failed
	status_of a.service
}
scenario_status_names_the_last_condition() {
	unit a.service <<<$'[Unit]\nConditionPathExists=/no1\nConditionPathExists=/no2\nConditionPathExists=/etc\n[Service]\nExecStart=/bin/true'
	run systemctl start a.service
	until_true sh -c 'systemctl status -n 5 a.service | grep skipped'
	run sh -c 'systemctl status -n 1 a.service | sed -n "s/.*skipped/skipped/p"'
}
scenario_status_presets() {
	unit e.service <<<$'[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\nAlias=al.service'
	unit i.service <<<$'[Service]\nExecStart=/bin/true\n[Install]\nAlso=e.service'
	printf '[Service]\nExecStart=/bin/true\n' >/ev/lk.service
	quietly systemctl link /ev/lk.service
	quietly systemctl link --runtime /ev/lk.service
	made+=(lk.service)
	run systemctl status -n 0 e.service
	quietly systemctl enable e.service
	run systemctl status -n 0 al.service
	quietly systemctl disable e.service
	run systemctl status -n 0 i.service
	run systemctl status -n 0 lk.service
	quietly systemctl disable lk.service
	quietly systemctl link --runtime /ev/lk.service
	run systemctl status -n 0 lk.service
	quietly systemctl disable --runtime lk.service
}
# What runs is shown, whatever has become of its file.
scenario_status_without_a_file() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service b.service
	wait_for_comm a.service sleep
	wait_for_comm b.service sleep
	rm $units/a.service
	ln -sf /dev/null $units/b.service
	stale=yes
	status_of a.service
	status_of b.service
	run systemctl stop a.service b.service
}
