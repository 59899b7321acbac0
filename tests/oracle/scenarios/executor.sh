# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Settings of the process and of its life that no other file has: prefixes, open files, roots, conditions, PID files, descriptors kept, NotifyAccess=.

scenario_prefix_list() {
	unit a.service <<'U'
[Service]
Type=oneshot
User=daemon
Environment=WORD=expanded
ExecCondition=-/bin/false
ExecStartPre=-/bin/sh -c 'exit 3'
ExecStartPre=-/no/such/program
ExecStartPre=+/bin/sh -c '/ev/ev plus $(id -u) $USER'
ExecStartPre=!/bin/sh -c '/ev/ev bang $(id -u) $USER'
ExecStartPre=-+/bin/sh -c '/ev/ev minus plus $(id -u); exit 1'
ExecStart=@-/bin/sh named -c '/ev/ev $0 $(id -u); exit 4'
ExecStart=:/ev/ev colon $WORD ${WORD}
ExecStart=-:@/bin/sh other -c '/ev/ev all $0; exit 5'
ExecStart=+:@/bin/sh third -c '/ev/ev third $0 $WORD'
U
	run systemctl show -p ExecStart a.service
	run systemctl show -p ExecStartEx -p ExecConditionEx a.service
	run systemctl start a.service
	events
	state a.service
}
scenario_show_order_of_exec_lists() {
	unit a.service <<<$'[Service]\nExecCondition=/bin/true\nExecStartPre=/bin/true\nExecStart=/bin/true\nExecStartPost=/bin/true\nExecReload=/bin/true\nExecStop=/bin/true\nExecStopPost=/bin/true\nOpenFile=/ev/a\nNice=1'
	run sh -c 'systemctl show a.service | grep -E "^(Exec.*|OpenFile|Slice|Restart|Nice|ReloadSignal)=" | cut -d= -f1 | grep -v Timestamp'
}
scenario_prefix_twice_is_bad() {
	unit a.service <<<$'[Service]\nExecStart=--/bin/true'
	run systemctl start a.service
	unit b.service <<<$'[Service]\nExecStart=+!/bin/true'
	run systemctl start b.service
	unit c.service <<<$'[Service]\nExecStart=@/bin/true'
	run systemctl start c.service
	unit d.service <<<$'[Service]\nExecStart=-'
	run systemctl start d.service
	props a.service LoadState
	props b.service LoadState
	props c.service LoadState
	props d.service LoadState
}
scenario_exec_stop_list_goes_on_after_failure() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStop=-/bin/false\nExecStop=/bin/sh -c "/ev/ev two; exit 1"\nExecStop=/ev/ev three\nExecStopPost=/ev/ev post'
	run systemctl start a.service
	run systemctl stop a.service
	events
	state a.service
}
scenario_exec_reload_list() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=-/bin/false\nExecReload=/ev/ev two\nExecReload=/bin/false\nExecReload=/ev/ev four'
	run systemctl start a.service
	run systemctl reload a.service
	events
	state a.service
	props a.service ReloadResult
}
scenario_exec_condition_statuses() {
	local n
	for n in 0 1 42 254 255; do
		unit "a$n.service" <<<$'[Service]\nType=oneshot\nExecCondition=/bin/sh -c "exit '$n$'"\nExecStart=/ev/ev '$n$'\nExecStopPost=/ev/ev post '$n
		run systemctl start "a$n.service"
		state "a$n.service"
		props "a$n.service" ConditionResult
	done
	events
}
scenario_exec_condition_killed() {
	unit a.service <<<$'[Service]\nType=oneshot\nLimitCORE=0\nExecCondition=/bin/sh -c "kill -KILL $$$$"\nExecStart=/ev/ev ran'
	run systemctl start a.service
	state a.service
	events
}
scenario_exec_condition_skips_those_after() {
	unit a.service <<<$'[Unit]\nRequires=b.service\nAfter=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	unit b.service <<<$'[Service]\nType=oneshot\nExecCondition=/bin/false\nExecStart=/ev/ev b'
	run systemctl start a.service
	events
	state a.service b.service
}
scenario_open_file() {
	echo content >/ev/file
	unit a.service <<<$'[Service]\nType=oneshot\nOpenFile=/ev/file:door:read-only\nOpenFile=/ev/none::graceful\nOpenFile=/ev/more:log:append,graceful\nExecStart=/bin/sh -c "/ev/ev $LISTEN_FDS $LISTEN_FDNAMES $(cat <&3)"'
	run systemctl start a.service
	events
	state a.service
	props a.service OpenFile
}
scenario_open_file_appends() {
	echo one >/ev/file
	unit a.service <<<$'[Service]\nType=oneshot\nOpenFile=/ev/file:door:append\nExecStart=/bin/sh -c "echo two >&3"'
	run systemctl start a.service
	run cat /ev/file
}
scenario_open_file_missing() {
	unit a.service <<<$'[Service]\nType=oneshot\nOpenFile=/ev/none:door:read-only\nExecStart=/ev/ev ran'
	run systemctl start a.service
	events
	state a.service
}
scenario_root_directory_missing() {
	mkdir -p /ev/root
	cp -r /bin/true /ev/root/ 2>/dev/null
	unit a.service <<<$'[Service]\nType=oneshot\nRootDirectory=/ev/root\nExecStart=/no/such'
	run systemctl start a.service
	state a.service
	unit b.service <<<$'[Service]\nType=oneshot\nRootDirectory=/ev/nowhere\nExecStart=/bin/true'
	run systemctl start b.service
	state b.service
	unit c.service <<<$'[Service]\nType=oneshot\nRootDirectory=-/ev/nowhere\nExecStart=/bin/true'
	run systemctl start c.service
	state c.service
}
scenario_root_directory_slash() {
	unit a.service <<<$'[Service]\nType=oneshot\nRootDirectory=/\nExecStart=/bin/sh -c "/ev/ev $(pwd)"'
	run systemctl start a.service
	events
	props a.service RootDirectory
}
scenario_log_settings() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nLogRateLimitIntervalSec=5\nLogRateLimitBurst=7\nSyslogIdentifier=word\nSyslogFacility=local3\nSyslogLevel=notice\nSyslogLevelPrefix=no\nLogLevelMax=warning\nLogExtraFields=A=b C=d\nExecStart=/bin/echo hello'
	run systemctl start a.service
	props a.service LogRateLimitIntervalUSec LogRateLimitBurst SyslogIdentifier SyslogFacility SyslogLevel SyslogPriority SyslogLevelPrefix LogLevelMax LogExtraFields
}
scenario_log_settings_of_none() {
	unit a.service <<<$'[Service]\nExecStart=/bin/echo hello'
	props a.service LogRateLimitIntervalUSec LogRateLimitBurst SyslogIdentifier SyslogFacility SyslogLevel SyslogPriority SyslogLevelPrefix LogLevelMax LogExtraFields
}
scenario_pid_file_of_a_foreign_process() {
	unit a.service <<<$'[Service]\nType=forking\nUser=daemon\nTimeoutStartSec=2\nPIDFile=/ev/a.pid\nExecStart=/bin/sh -c "sleep 1000 & echo 1 >/ev/a.pid"'
	run systemctl start a.service
	state a.service
	run test -d /proc/1
}
scenario_pid_file_of_root_names_anybody() {
	unit b.service <<<$'[Service]\nType=exec\nExecStart=/bin/sleep 1000'
	run systemctl start b.service
	systemctl show -p MainPID --value b.service >/ev/other
	unit a.service <<<$'[Service]\nType=forking\nTimeoutStartSec=2\nPIDFile=/run/a.pid\nExecStart=/bin/sh -c "cat /ev/other >/run/a.pid; sleep 1000 & exit 0"'
	run systemctl start a.service
	props a.service ActiveState
	run sh -c 'test "$(systemctl show -p MainPID --value a.service)" = "$(cat /ev/other)" && echo accepted'
	run systemctl stop a.service
	wait_for b.service inactive/dead 2
	quietly rm -f /run/a.pid
}
scenario_pid_file_of_garbage() {
	unit a.service <<<$'[Service]\nType=forking\nTimeoutStartSec=1\nPIDFile=/run/a.pid\nExecStart=/bin/sh -c "echo nonsense >/run/a.pid; sleep 1000 &"'
	run systemctl start a.service
	state a.service
	quietly rm -f /run/a.pid
}
scenario_pid_file_is_relative() {
	unit a.service <<<$'[Service]\nType=forking\nPIDFile=soloctl-a.pid\nExecStart=/bin/sh -c "sleep 1000 & echo $! >/run/soloctl-a.pid"'
	run systemctl start a.service
	props a.service PIDFile ActiveState
	run systemctl stop a.service
	run test -e /run/soloctl-a.pid
}
scenario_pid_file_comes_late() {
	unit a.service <<<$'[Service]\nType=forking\nTimeoutStartSec=20\nPIDFile=/run/a.pid\nExecStart=/bin/sh -c "(sleep 1; echo $$$$ >/run/unused; sleep 1000 & echo $! >/run/a.pid; wait) & exit 0"'
	run systemctl start a.service
	run sh -c 'test "$(systemctl show -p MainPID --value a.service)" = "$(cat /run/a.pid)" && echo the same'
	quietly systemctl stop a.service
	quietly rm -f /run/a.pid /run/unused
}
# keeping SERVICE-LINES…: a service that keeps a descriptor and says what it was given.
keeping() {
	cat >/ev/a <<'END'
#!/bin/sh
/ev/ev fds=$LISTEN_FDS names=$LISTEN_FDNAMES
if [ -z "$LISTEN_FDS" ]; then exec 5>/ev/kept; systemd-notify --fd=5 --fdname=kept; fi
systemd-notify --ready
exec sleep 1000
END
	chmod 755 /ev/a
	{
		printf '[Service]\nType=notify\nNotifyAccess=all\nFileDescriptorStoreMax=4\nExecStart=/ev/a\n'
		printf '%s\n' "$@"
	} | unit a.service
}
scenario_fdstore_preserved() {
	keeping 'FileDescriptorStorePreserve=yes'
	run systemctl start a.service
	run systemctl stop a.service
	state a.service
	props a.service NFileDescriptorStore FileDescriptorStorePreserve
	run systemctl start a.service
	events
	run systemctl stop a.service
	run systemctl clean --what=fdstore a.service
	props a.service NFileDescriptorStore SubState
}
scenario_fdstore_of_no_preserve() {
	keeping 'FileDescriptorStorePreserve=no'
	run systemctl start a.service
	run systemctl restart a.service
	events
	props a.service NFileDescriptorStore FileDescriptorStorePreserve
}
scenario_fdstore_over_a_crash() {
	keeping 'Restart=on-failure' 'RestartSec=100ms'
	run systemctl start a.service
	quietly systemctl kill -s KILL --kill-whom=main a.service
	until_events 2
	wait_for a.service active/running
	events
	props a.service NFileDescriptorStore
}
# access ACCESS COMMAND [LAST]: a notify service with NotifyAccess=ACCESS whose main process runs COMMAND, and becomes LAST in the end.
access() {
	unit a.service <<<$'[Service]\nType=notify\nTimeoutStartSec=1\nNotifyAccess='"$1"$'\nExecStart=/bin/sh -c "'"$2"'"'
	run systemctl start a.service
	[ -z "${3:-}" ] || wait_for_comm a.service "$3"
	state a.service
	props a.service NotifyAccess StatusText
}
scenario_notify_access_none() { access none 'exec systemd-notify --ready --status=main --exec \\; sleep 1000'; }
scenario_notify_access_all_of_a_grandchild() { access all 'sh -c \"systemd-notify --ready --status=deep; true\"; exec sleep 1000'; }
scenario_notify_access_bogus() { access bogus 'exec systemd-notify --ready --status=main --exec \\; sleep 1000'; }
scenario_notify_access_changed_by_main() { access all 'systemd-notify --ready --status=first; systemd-notify NOTIFYACCESS=none; systemd-notify --status=second; exec sleep 1000' sleep; }
scenario_remain_after_exit_reloads() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\nExecReload=/ev/ev reload ${MAINPID:-none}\nExecStop=/ev/ev stop'
	run systemctl start a.service
	run systemctl reload a.service
	run systemctl reload-or-restart a.service
	state a.service
	events
	run systemctl stop a.service
	events
}
scenario_marked() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload a\nExecStop=/ev/ev stop a'
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload b\nExecStop=/ev/ev stop b'
	unit c.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload c\nExecStop=/ev/ev stop c'
	run systemctl start a.service b.service c.service
	run systemctl set-property a.service Markers=needs-reload
	run systemctl set-property b.service Markers=needs-restart
	props a.service Markers
	props b.service Markers
	props c.service Markers
	run systemctl reload-or-restart --marked
	until_events 2
	sorted_events
	props a.service Markers
	props b.service Markers
	run systemctl reload-or-restart --marked a.service
	run systemctl start --marked
}
scenario_marked_more_or_less() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl set-property a.service Markers=+needs-reload
	run systemctl set-property a.service 'Markers=+needs-restart -needs-reload'
	props a.service Markers
	run systemctl set-property a.service Markers=bogus
	run systemctl set-property a.service Markers=
	props a.service Markers
}
scenario_restart_delay_steps() {
	unit a.service <<<$'[Service]\nRestart=on-failure\nRestartSec=1\nRestartSteps=3\nRestartMaxDelaySec=8\nExecStart=/bin/false'
	unit b.service <<<$'[Service]\nRestartSec=1\nRestartSteps=3\nExecStart=/bin/false'
	unit c.service <<<$'[Service]\nRestartSec=10\nRestartSteps=3\nRestartMaxDelaySec=5\nExecStart=/bin/false'
	props a.service RestartUSec RestartSteps RestartMaxDelayUSec RestartUSecNext
	props b.service RestartUSec RestartSteps RestartMaxDelayUSec RestartUSecNext
	props c.service RestartUSec RestartSteps RestartMaxDelayUSec RestartUSecNext
}
scenario_freeze_and_thaw() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "while :; do sleep 0.1; done"'
	run systemctl start a.service
	run systemctl freeze a.service
	props a.service FreezerState ActiveState
	run systemctl freeze a.service
	run systemctl thaw a.service
	props a.service FreezerState ActiveState
	run systemctl thaw a.service
	run systemctl stop a.service
}
scenario_kill_whom_of_phases() {
	unit a.service <<<$'[Service]\nTimeoutStartSec=10\nExecStart=/bin/sleep 1000\nExecStartPost=/bin/sh -c "trap \'/ev/ev post; exit 0\' USR1; /ev/ev ready; while :; do sleep 0.1; done"'
	run systemctl start --no-block a.service
	wait_for a.service activating/start-post
	until_events 1
	run systemctl kill --kill-whom=control -s USR1 a.service
	wait_for a.service active/running
	events
	run systemctl kill --kill-whom=control -s USR1 a.service
	run systemctl kill --kill-whom=control-fail -s USR1 a.service
	run systemctl kill --kill-whom=main-fail -s USR1 a.service
	wait_for a.service failed/failed
	run systemctl kill --kill-whom=all-fail -s USR1 a.service
}
scenario_kill_wait_of_inactive() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	# Somebody has to know the unit, or systemd forgets it between two calls of one command.
	unit keeper.service <<<$'[Unit]\nAfter=a.service\n[Service]\nExecStart=/bin/sleep 1000'
	quietly systemctl start keeper.service
	run systemctl kill --wait a.service
	run systemctl start a.service
	run systemctl kill --wait -s KILL a.service
	run systemctl is-failed a.service
	run systemctl kill --kill-value=nonsense a.service
	run systemctl kill --kill-value=3 -s TERM a.service
}
scenario_show_empty_lists() {
	unit a.service <<<$'[Service]\nExecStart=/bin/true'
	run systemctl show --all -p Job,EnvironmentFiles,OpenFile,ExecStop,ExecStopEx,BindPaths,TemporaryFileSystem,LogExtraFields,Environment,DropInPaths,Documentation,Listen,Paths,TimersMonotonic,Refs,LoadError,DeviceAllow,SystemCallFilter,ExecSearchPath,CPUAffinity,RuntimeDirectorySymlink a.service
	run systemctl show -p Job,EnvironmentFiles,OpenFile,ExecStop,Environment,LoadError,CPUAffinity a.service
	unit b.timer <<<$'[Timer]\nOnCalendar=daily'
	run systemctl show --all -p TimersMonotonic,TimersCalendar,Paths b.timer
}
scenario_numa() {
	local n=0 show=NUMAPolicy,NUMAMask,CPUAffinity,CPUAffinityFromNUMA
	for lines in NUMAPolicy=default 'NUMAPolicy=local\nNUMAMask=0' NUMAMask=0 NUMAMask=all 'NUMAPolicy=bind\nNUMAMask=0,2-4 6\nNUMAMask=7' \
		'NUMAPolicy=interleave\nNUMAMask=0\nNUMAMask=' 'NUMAPolicy=bind\nNUMAPolicy=bogus\nNUMAMask=1\nNUMAMask=bogus' 'NUMAMask=0\nNUMAPolicy=bind\nNUMAPolicy=' \
		'CPUAffinity=numa\nNUMAMask=0' 'CPUAffinity=0\nCPUAffinity=numa\nNUMAMask=0\nCPUAffinity=' 'CPUAffinity=numa\nCPUAffinity=0' 'CPUAffinity=0 numa'; do
		n=$((n + 1))
		unit n$n.service <<<$'[Service]\nExecStart=/bin/true\n'"$(echo -e "$lines")"
		run systemctl show --all -p $show n$n.service
	done
}
# What the kernel of both sides refuses, if it does not refuse the call as such.
scenario_numa_that_cannot_be() {
	for lines in NUMAPolicy=bind 'NUMAPolicy=preferred\nNUMAMask=0 1' CPUAffinity=numa; do
		unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/true\n'"$(echo -e "$lines")"
		quietly systemctl start a.service
		state a.service
	done
	unit a.service <<<$'[Service]\nType=oneshot\nCPUAffinity=numa\nNUMAMask=0\nNUMAPolicy=local\nExecStart=/ev/ev ran'
	run systemctl start a.service
	events
}
scenario_log_filter_patterns() {
	unit a.service <<<$'[Service]\nExecStart=/bin/true\nLogFilterPatterns=with two words\nLogFilterPatterns=a(b\nLogFilterPatterns=~%%x "q"\nLogFilterPatterns=~\nLogFilterPatterns=with two words'
	unit b.service <<<$'[Service]\nExecStart=/bin/true\nLogFilterPatterns=x\nLogFilterPatterns='
	run systemctl show --all -p LogFilterPatterns a.service b.service
}
