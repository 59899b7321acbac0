# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Path units: what they watch, and when they start their unit.

scenario_path_exists() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran\nExecStart=/bin/rm /ev/here'
	unit a.path <<<$'[Path]\nPathExists=/ev/here'
	run systemctl start a.path
	props a.path ActiveState SubState Result
	touch /ev/here
	sleep 1
	events
	wait_for a.path active/waiting
	touch /ev/here
	sleep 1
	events
	run systemctl stop a.path
	props a.path ActiveState SubState
}
scenario_path_exists_before() {
	touch /ev/here
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.path <<<$'[Path]\nPathExists=/ev/here'
	run systemctl start a.path
	wait_for a.service active/running
	wait_for a.path active/running
	rm /ev/here
	quietly systemctl stop a.service
	wait_for a.path active/waiting
}
scenario_path_deep() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev ran $TRIGGER_PATH $TRIGGER_UNIT"\nExecStart=/bin/rm -r /ev/x'
	unit a.path <<<$'[Path]\nPathExists=/ev/x/y/z'
	quietly systemctl start a.path
	mkdir /ev/x
	settle
	mkdir /ev/x/y
	settle
	touch /ev/x/y/z
	sleep 1
	events
	wait_for a.path active/waiting
}
scenario_path_glob() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran\nExecStart=/bin/sh -c "rm /ev/in/*.job"'
	unit a.path <<<$'[Path]\nPathExistsGlob=/ev/in/*.job'
	quietly systemctl start a.path
	mkdir /ev/in
	touch /ev/in/other
	settle
	events
	touch /ev/in/1.job
	sleep 1
	events
}
scenario_path_changed() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.path <<<$'[Path]\nPathChanged=/ev/file'
	quietly systemctl start a.path
	settle
	touch /ev/file
	sleep 1
	events
	wait_for a.path active/waiting
	echo more >>/ev/file
	sleep 1
	events
	rm /ev/file
	sleep 1
	events
}
scenario_path_changed_not_by_writing() {
	: >/ev/file
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.path <<<$'[Path]\nPathChanged=/ev/file'
	quietly systemctl start a.path
	exec 7>>/ev/file
	echo x >&7
	settle
	events
	exec 7>&-
	sleep 1
	events
}
scenario_path_modified() {
	: >/ev/file
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit a.path <<<$'[Path]\nPathModified=/ev/file'
	quietly systemctl start a.path
	exec 7>>/ev/file
	settle
	events
	echo x >&7
	sleep 1.5
	events
	exec 7>&-
}
scenario_path_not_empty() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev ran\nExecStart=/bin/sh -c "rm /ev/spool/*"'
	unit a.path <<<$'[Path]\nDirectoryNotEmpty=/ev/spool\nMakeDirectory=yes\nDirectoryMode=0700'
	run systemctl start a.path
	stat -c '  %n %A' /ev/spool
	touch /ev/spool/1
	sleep 1
	events
	wait_for a.path active/waiting
	touch /ev/spool/2
	sleep 1
	events
}
scenario_path_trigger_limit() {
	touch /ev/here
	unit a.service <<<$'[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/bin/true'
	unit a.path <<<$'[Path]\nPathExists=/ev/here\nTriggerLimitIntervalSec=20\nTriggerLimitBurst=3'
	quietly systemctl start a.path
	wait_for a.path failed/failed
	props a.path Result
}
scenario_path_unit_start_limit() {
	touch /ev/here
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/false'
	unit a.path <<<$'[Path]\nPathExists=/ev/here'
	quietly systemctl start a.path
	wait_for a.path failed/failed
	props a.path Result
}
scenario_path_without_unit() {
	unit a.path <<<$'[Path]\nPathExists=/ev/here'
	run systemctl start a.path
	props a.path ActiveState SubState Result
}
scenario_path_without_watch() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/true'
	unit a.path <<<$'[Path]\nMakeDirectory=yes'
	run systemctl start a.path
	props a.path LoadState ActiveState
}
scenario_path_lists() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.path <<<$'[Path]\nPathExists=/ev/here\nPathChanged=/ev/there'
	unit b.path <<<$'[Path]\nDirectoryNotEmpty=/ev/spool\nUnit=a.service'
	quietly systemctl start a.path b.path
	run systemctl list-paths a.path b.path
	run systemctl --no-legend list-units a.path b.path
	run systemctl status -n 0 a.path
	# The order of several triggers is that of a hash table with a random seed.
	run sh -c 'systemctl status -n 0 a.service | sed "s/^TriggeredBy:/            /" | sort'
	props a.path Paths Unit Triggers
	quietly systemctl start a.service
	run sh -c 'systemctl stop a.service 2>&1 | tr -d , | xargs -n 1 | sort'
}
