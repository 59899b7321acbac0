# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Verbs about what a unit has and how it is set: clean, set-property, edit, kill --wait.

clean_unit() { unit c.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nRuntimeDirectory=sc-run\nStateDirectory=sc-state\nCacheDirectory=sc-cache\nLogsDirectory=sc-logs\nConfigurationDirectory=sc-conf\nRuntimeDirectoryPreserve=yes'; }
clean_left() { run sh -c 'ls -d /run/sc-run /var/lib/sc-state /var/cache/sc-cache /var/log/sc-logs /etc/sc-conf 2>/dev/null'; }
scenario_clean() {
	clean_unit
	run systemctl start c.service
	wait_for_comm c.service sleep
	run systemctl clean c.service
	run systemctl stop c.service
	clean_left
	run systemctl clean c.service
	clean_left
	run systemctl clean --what=state,logs c.service
	clean_left
	run systemctl clean --what=all c
	clean_left
}
scenario_clean_refusals() {
	clean_unit
	unit d.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nStateDirectory=sc-state'
	run systemctl clean --what=bogus c.service
	run systemctl clean d.service
	run systemctl clean --what=logs d.service
	run systemctl clean nope.service
	run systemctl clean basic.target
	run systemctl clean --what= c.service
	run systemctl clean
}
scenario_clean_failed_unit() {
	unit c.service <<<$'[Service]\nExecStart=/bin/false\nType=oneshot\nStateDirectory=sc-state'
	run systemctl start c.service
	run systemctl clean --what=state c.service
	run systemctl reset-failed c.service
	run systemctl clean --what=state c.service
}
# A directory that cannot be removed: something is mounted there, on both sides.
scenario_clean_fails() {
	unit c.service <<<$'[Unit]\nOnFailure=d.service\n[Service]\nType=oneshot\nStateDirectory=soloctl-busy sc-state\nExecStart=/bin/touch /var/lib/soloctl-busy/f /var/lib/sc-state/f'
	unit d.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev failure of $MONITOR_UNIT $MONITOR_SERVICE_RESULT'
	run systemctl start c.service
	quietly systemctl clean --what=state c.service
	until_events 1
	events
	state c.service
	props c.service CleanResult
	run sh -c 'cd /var/lib && find soloctl-busy sc-state'
	run systemctl clean --what=state c.service
	run systemctl reset-failed c.service
	state c.service
	props c.service CleanResult
}
scenario_clean_fails_with_a_message() {
	unit c.service <<<$'[Service]\nType=oneshot\nStateDirectory=soloctl-busy\nExecStart=/bin/true'
	run systemctl clean --what=state c.service
}
scenario_clean_failed_and_started() {
	unit c.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nStateDirectory=soloctl-busy\nExecStart=/bin/true'
	quietly systemctl clean --what=state c.service
	state c.service
	run systemctl start c.service
	state c.service
	props c.service CleanResult
}
scenario_clean_takes_too_long() {
	unit c.service <<<$'[Service]\nType=oneshot\nCacheDirectory=sc-cache\nTimeoutCleanSec=1us\nExecStart=/bin/sh -c "cd /var/cache/sc-cache && touch $(seq -s \' \' 2000)"'
	run systemctl start c.service
	quietly systemctl clean c.service
	wait_for c.service failed/failed
	state c.service
	props c.service CleanResult TimeoutCleanUSec
	run test -e /var/cache/sc-cache
	quietly systemctl reset-failed c.service
	rm -rf /var/cache/sc-cache
}
property_unit() { unit p.service <<<$'[Service]\nExecStart=/bin/sleep 1000'; }
properties() { run sh -c 'for f in /etc/systemd/system.control/p.service.d/* /run/systemd/system.control/p.service.d/*; do [ -e "$f" ] && echo "$f" && cat "$f"; done'; }
scenario_set_property() {
	property_unit
	run systemctl set-property p.service CPUWeight=50 TasksMax=10
	run systemctl set-property --runtime p.service MemoryMax=1G
	properties
	run systemctl show p.service -p CPUWeight -p TasksMax -p DropInPaths
	run systemctl cat p.service
	# In what order they are removed is the file system's to say.
	run sh -c 'systemctl revert p.service 2>&1 | sort'
	properties
}
scenario_set_property_canonical_values() {
	property_unit
	run systemctl set-property p.service MemoryHigh=512M TasksMax=50% CPUQuota=20.5% CPUAccounting=1 CPUWeight=idle AllowedCPUs=0-1 MemoryLow=10% Description="a b"
	properties
	run systemctl set-property p.service MemoryHigh= CPUWeight=
	properties
	quietly systemctl revert p.service
}
scenario_set_property_of_a_running_unit() {
	property_unit
	run systemctl start p.service
	run systemctl set-property p.service CPUWeight=50
	run systemctl show p.service -p CPUWeight -p NeedDaemonReload
	run systemctl stop p.service
	run systemctl revert p.service
}
scenario_set_property_refusals() {
	property_unit
	run systemctl set-property p.service ExecStart=/bin/true
	run systemctl set-property p.service Environment=a=b
	run systemctl set-property p.service Foo=1
	run systemctl set-property p.service MemoryMax=abc
	run systemctl set-property nope.service CPUWeight=50
	run systemctl set-property p.service Word
	run systemctl set-property p.service Delegate=yes
	run systemctl set-property p.service Slice=a.slice
	run systemctl set-property basic.target CPUWeight=3
	properties
}
scenario_edit() {
	unit e.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run sh -c "printf '[Service]\nNice=3\n' | systemctl edit --stdin e.service"
	run systemctl cat e.service
	run sh -c "printf '\n\n[Service]\nNice=4\n\n' | systemctl edit --stdin --drop-in=foo e.service"
	run systemctl cat e.service
	run sh -c "printf '[Service]\nNice=3\n' | systemctl edit --stdin --drop-in=foo.conf --runtime e.service"
	run sh -c "printf '[Service]\nExecStart=/bin/true\n' | systemctl edit --stdin --full e.service"
	run systemctl cat e.service
	run systemctl show -p Nice e.service
	quietly rm -rf /etc/systemd/system/e.service.d
}
scenario_edit_new_units() {
	run sh -c "printf '[Service]\nExecStart=/bin/true\n' | systemctl edit --stdin new.service"
	run sh -c "printf '[Service]\nExecStart=/bin/true\n' | systemctl edit --stdin --full --force new.service"
	run systemctl cat new.service
	run sh -c "printf '[Service]\nExecStart=/bin/true\n' | systemctl edit --stdin --full --force --runtime new2.service"
	run systemctl cat new2.service
	quietly rm -f /etc/systemd/system/new.service /run/systemd/system/new2.service
	[ -e /run/systemd/private ] || quietly rmdir /run/systemd/system /run/systemd
	quietly systemctl daemon-reload
}
scenario_edit_refusals() {
	unit e.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl edit e.service
	run systemctl edit --stdin e.service
	run sh -c "echo x | systemctl edit --stdin --drop-in=a/b e.service"
	quietly systemctl mask m.service
	run sh -c "echo x | systemctl edit --stdin m.service"
	quietly systemctl unmask m.service
	run systemctl edit
}
scenario_kill_wait() {
	unit k.service <<<$'[Service]\nExecStart=/bin/sh -c "trap \'sleep 1; exit 0\' USR1; while :; do sleep 0.1; done"'
	run systemctl start k.service
	settle
	run systemctl kill --wait -s USR1 k.service
	run systemctl is-active k.service
}
scenario_transient_service() {
	run systemd-run -q --unit=t1 --wait sh -c 'exit 3'
	run systemctl is-failed t1
	run systemctl show t1 -p FragmentPath -p Transient -p Description -p ExecMainStatus -p Result
	run systemd-run --unit=t1 true
	run systemctl reset-failed t1
	run systemctl show t1 -p LoadState
	run systemd-run -q --unit=t1 --wait --collect false
	run systemctl show t1 -p LoadState
	run systemd-run -q --pipe sh -c 'echo out; echo err >&2; exit 4'
	run sh -c 'echo in | systemd-run -q --pipe tr a-z A-Z'
	quietly systemctl reset-failed
}
scenario_transient_settings() {
	run systemd-run -q --wait --collect --unit=t2 -p Nice=5 -p Environment=A=b -E X=1 --uid=nobody --gid=nogroup --working-directory=/var sh -c 'id -un >/ev/1; id -gn >>/ev/1; pwd >>/ev/1; echo $$A$$X >>/ev/1; nice >>/ev/1; exit 0'
	settle
	run systemd-run -q --unit=t3 -r -p After=basic.target --description="hello world" --slice=foo sleep 100
	run systemctl show t3 -p Description -p Slice -p RemainAfterExit
	run systemctl stop t3
	run systemctl show t3 -p LoadState
}
scenario_transient_refusals() {
	run systemd-run
	run systemd-run --unit=x
	run systemd-run nonexistentcommand
	run systemd-run -p Foo=bar true
	run systemd-run --wait --scope true
	run systemd-run --on-active=bogus true
	run systemd-run --on-calendar=bogus true
	run systemd-run --bogus
}
scenario_transient_scope() {
	run systemd-run -q --scope --unit=s1 sh -c 'systemctl is-active s1.scope; exit 5'
	wait_for_gone s1.scope
	run systemctl show s1.scope -p LoadState
}
scenario_transient_scope_is_stopped() {
	systemd-run -q --scope --unit=s3 sh -c 'sleep 1114 & sleep 1115' &
	wait_for s3.scope active/running
	until_true pgrep -f 'slee[p] 1115'
	run systemctl stop s3.scope
	wait $!
	echo "  status $?"
	wait_for_gone s3.scope
	run pgrep -f 'slee[p] 111[45]'
	sh -c 'systemd-run -q --scope --unit=s4 -p TimeoutStopSec=1 sh -c "trap \"\" TERM; /ev/ev deaf; while :; do sleep 0.1; done"; exit $?' 2>/dev/null &
	until_events 1
	run systemctl stop s4.scope
	wait $!
	echo "  status $?"
	state s4.scope
	quietly systemctl reset-failed s4.scope
	# What is sent to systemd-run is for the command.
	systemd-run -q --scope --unit=s5 sleep 1116 &
	until_true pgrep -f '(^|/)slee[p] 1116$'
	kill $!
	wait $!
	echo "  status $?"
	run pgrep -f '(^|/)slee[p] 1116$'
}
scenario_transient_scope_has_a_limit() {
	run sh -c 'systemd-run -q --scope --unit=s2 -p RuntimeMaxSec=1 sleep 100 2>/dev/null; echo $?'
	state s2.scope
	props s2.scope RuntimeMaxUSec TimeoutStopUSec
	run systemctl reset-failed s2.scope
	run systemctl show s2.scope -p LoadState
	run sh -c 'systemd-run -q --scope --unit=s3 -p RuntimeMaxSec=1 -p TimeoutStopSec=4 sh -c "trap \"echo trapped >>/ev/log\" TERM; for i in 1 2 3 4 5 6 7 8 9; do sleep 1; done" 2>/dev/null; echo $?'
	events
	state s3.scope
	run systemctl reset-failed s3.scope
	run systemd-run -q --scope --unit=s4 -p RuntimeMaxSec=100 true
	wait_for_gone s4.scope
}
scenario_transient_timer() {
	run systemd-run -q --unit=tt --on-active=1h touch /ev/tt
	run systemctl is-active tt.timer
	run systemctl cat tt.timer
	run systemctl stop tt.timer
	run systemd-run -q --unit=tq --on-active=1s --timer-property=AccuracySec=100ms touch /ev/tq
	wait_for tq.timer inactive/dead 10
	quietly sleep 1
	run ls /ev/tq
}
scenario_escape() {
	run systemd-escape 'a b/c' foo
	run systemd-escape -p /var/lib/x /
	run systemd-escape -u 'a\x20b-c'
	run systemd-escape --template=foo@.service 'x y'
	run systemd-escape -m /dev/sda foo 'a b'
	run systemd-escape --suffix=mount -p /a/b
	run systemd-escape -u --instance 'foo@a-b.service'
	run systemd-escape -u -p --instance 'foo@a-b.service'
	run systemd-escape -u --template=bar@.service 'foo@a-b.service'
	run systemd-escape
	run systemd-escape --suffix=bogus x
	run systemd-escape --template=foo.service x
	run systemd-escape --instance x
	run systemd-escape --suffix=mount -m x
}
scenario_notify_program() {
	unit n.service <<<$'[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c "systemd-notify --ready --status=well; sleep 1000"'
	run systemctl start n.service
	props n.service StatusText
	run systemctl stop n.service
	run systemd-notify --ready
	run systemd-notify --booted --pid=abc
}
