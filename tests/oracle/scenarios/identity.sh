# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Who a process is, and what its unit is told to be that nothing else here looks at.

scenario_prefixes_and_identity() {
	unit a.service <<'END'
[Service]
Type=oneshot
User=daemon
Group=mail
SupplementaryGroups=games
UMask=0027
PrivateTmp=yes
NoNewPrivileges=yes
ExecStart=/bin/sh -c '/ev/ev plain $$(id -u):$$(id -g):$$(id -G) $$(umask) $$(grep NoNewPrivs /proc/self/status)'
ExecStart=+/bin/sh -c '/ev/ev plus $$(id -u):$$(id -g):$$(id -G) $$(umask) $$(grep NoNewPrivs /proc/self/status)'
ExecStart=!/bin/sh -c '/ev/ev bang $$(id -u):$$(id -g):$$(id -G) $$(umask)'
ExecStart=!!/bin/sh -c '/ev/ev both $$(id -u):$$(id -g):$$(id -G) $$(umask)'
ExecStart=@/bin/sh name -c '/ev/ev "at $$0"'
ExecStart=:/ev/ev no $$HOME $HOME
ExecStart=-/bin/false
END
	run systemctl start a.service
	state a.service
	events
}
scenario_ids_without_entries() {
	unit a.service <<<$'[Service]\nType=oneshot\nUser=4711\nExecStart=/bin/true'
	run systemctl start a.service
	state a.service
	unit b.service <<<$'[Service]\nType=oneshot\nGroup=4711\nExecStart=/bin/sh -c \'/ev/ev $$(id -u):$$(id -g)\''
	run systemctl start b.service
	state b.service
	unit c.service <<<$'[Service]\nType=oneshot\nUser=4711\nGroup=4712\nExecStart=/bin/sh -c \'/ev/ev $$(id -u):$$(id -g)\''
	run systemctl start c.service
	state c.service
	unit d.service <<<$'[Service]\nType=oneshot\nUser=1\nGroup=8\nExecStart=/bin/sh -c \'/ev/ev $$(id -u):$$(id -g) $$USER $$HOME $$LOGNAME $$SHELL\''
	run systemctl start d.service
	state d.service
	events
}
scenario_dynamic_user_directories() {
	unit a.service <<'END'
[Service]
Type=oneshot
DynamicUser=yes
User=soloctl-dyn
StateDirectory=solo-a
CacheDirectory=solo-c
LogsDirectory=solo-l
RuntimeDirectory=solo-r
RemainAfterExit=yes
ExecStart=/bin/true
END
	run systemctl start a.service
	for path in /var/lib/private/solo-a /var/cache/private/solo-c /var/log/private/solo-l /run/private /run/private/solo-r; do
		echo "  $path $(stat -c '%a %F' "$path" 2>&1)"
	done
	for path in /var/lib/solo-a /var/cache/solo-c /var/log/solo-l /run/solo-r; do
		echo "  $path $(readlink "$path")"
	done
	quietly systemctl stop a.service
	run systemctl clean --what=all a.service
	for path in /var/lib/private/solo-a /var/lib/solo-a /var/cache/private/solo-c /var/log/solo-l /run/solo-r; do
		[ -e "$path" ] || [ -L "$path" ] || echo "  $path is gone"
	done
}
scenario_dynamic_user_private_directories() {
	unit a.service <<<$'[Service]\nType=oneshot\nDynamicUser=yes\nStateDirectory=solo-a\nExecStart=/bin/true'
	run systemctl start a.service
	echo "  $(stat -c %a /var/lib/private)"
}
scenario_show_filters() {
	unit a.service <<'END'
[Service]
ExecStart=/bin/true
SystemCallFilter=~@reboot @swap
SystemCallErrorNumber=EPERM
SystemCallArchitectures=native x86
RestrictAddressFamilies=AF_UNIX AF_INET
RestrictNamespaces=~mnt pid
END
	props a.service SystemCallFilter SystemCallErrorNumber SystemCallArchitectures RestrictAddressFamilies RestrictNamespaces
	unit b.service <<'END'
[Service]
ExecStart=/bin/true
SystemCallFilter=read write
SystemCallFilter=~write
SystemCallFilter=uname:EPERM kill:kill
RestrictAddressFamilies=~AF_PACKET
RestrictNamespaces=yes
END
	props b.service SystemCallFilter SystemCallErrorNumber SystemCallArchitectures RestrictAddressFamilies RestrictNamespaces
	unit c.service <<<$'[Service]\nExecStart=/bin/true\nSystemCallFilter=~uname:EPERM kill:kill reboot\nSystemCallFilter=reboot\nSystemCallFilter=uname:EBADF'
	props c.service SystemCallFilter
}
scenario_show_filter_groups() {
	local group n=0
	# Without the groups in which systemd leaves out names that its libseccomp does not know yet.
	for group in aio chown clock debug default io-event ipc keyring memlock module mount network-io obsolete \
		pkey privileged process raw-io reboot resources sandbox setuid signal swap sync timer; do
		n=$((n + 1))
		unit "g$n.service" <<<$'[Service]\nExecStart=/bin/true\nSystemCallFilter=~@'"$group"
		echo "  $group $(systemctl show -p SystemCallFilter --value "g$n.service")"
	done
}
scenario_odd_process_settings() {
	unit a.service <<'END'
[Service]
Type=oneshot
KeyringMode=inherit
UtmpIdentifier=so
UtmpMode=user
IgnoreSIGPIPE=no
Personality=x86
CoredumpFilter=default elf-headers
CoredumpFilter=0x40
MemoryKSM=no
ExecStart=/bin/sh -c '/ev/ev $$(uname -m) $$(cat /proc/self/coredump_filter) sigpipe $$(grep SigIgn /proc/self/status)'
END
	run systemctl start a.service
	props a.service KeyringMode UtmpIdentifier UtmpMode IgnoreSIGPIPE Personality CoredumpFilter MemoryKSM RemoveIPC MountAPIVFS
	events
}
scenario_credentials_encrypted() {
	echo plain >/ev/plain
	unit a.service <<<$'[Service]\nType=oneshot\nLoadCredentialEncrypted=token:/ev/plain\nExecStart=/bin/true'
	run systemctl start a.service
	state a.service
	unit b.service <<<$'[Service]\nType=oneshot\nSetCredentialEncrypted=token: YWJjZGVmZw==\nExecStart=/bin/true'
	run systemctl start b.service
	state b.service
	unit c.service <<<$'[Service]\nType=oneshot\nLoadCredentialEncrypted=soloctl-none\nExecStart=/bin/true'
	run systemctl start c.service
	state c.service
	unit d.service <<<$'[Service]\nType=oneshot\nLoadCredentialEncrypted=token:/no/such\nExecStart=/bin/true'
	run systemctl start d.service
	state d.service
}
scenario_condition_timestamp() {
	unit a.service <<<$'[Unit]\nConditionPathExists=/no/such\n[Service]\nType=oneshot\nExecStart=/bin/true'
	run systemctl start a.service
	props a.service ConditionResult AssertResult
	[ -n "$(systemctl show -p ConditionTimestamp --value a.service)" ] && echo "  has a ConditionTimestamp"
	unit b.service <<<$'[Unit]\nConditionPathExists=/\n[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start b.service
	props b.service ConditionResult
	[ -n "$(systemctl show -p ConditionTimestamp --value b.service)" ] && echo "  has a ConditionTimestamp"
}
scenario_conditions_that_do_not_exist() {
	unit a.service <<<$'[Unit]\nConditionKernelModuleLoaded=no_such_module\nConditionVersion=systemd > 300\nAssertFirmware=no\n[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	run systemctl start a.service
	props a.service LoadState ConditionResult
	events
	run systemd-analyze condition 'ConditionVersion=systemd > 300'
}
scenario_root_directory() {
	mkdir -p /ev/root/{bin,lib,lib64,usr,ev,proc,run,dev,sys,tmp,etc}
	cp -a /bin/. /ev/root/bin/ 2>/dev/null
	mkdir -p /ev/root/usr/lib /ev/root/lib/x86_64-linux-gnu
	for program in sh cat id ls; do
		cp -L "$(command -v $program)" /ev/root/bin/
		ldd "$(command -v $program)" | grep -o '/[^ ]*' | while read -r file; do mkdir -p "/ev/root$(dirname "$file")"; cp -L "$file" "/ev/root$file"; done
	done
	echo 'inside:x:4711:4711::/:/bin/sh' >/ev/root/etc/passwd
	unit a.service <<<$'[Service]\nType=oneshot\nRootDirectory=/ev/root\nExecStart=/bin/sh -c "id -u >/tmp/out; ls / >>/tmp/out"'
	run systemctl start a.service
	state a.service
	cat /ev/root/tmp/out
	unit b.service <<<$'[Service]\nType=oneshot\nRootDirectory=/ev/root\nUser=inside\nExecStart=/bin/true'
	run systemctl start b.service
	state b.service
	unit c.service <<<$'[Service]\nType=oneshot\nRootDirectory=/ev/root\nUser=daemon\nExecStart=/bin/sh -c "exit 3"'
	run systemctl start c.service
	state c.service
	props c.service MountAPIVFS RootDirectory
	unit d.service <<<$'[Service]\nType=notify\nNotifyAccess=all\nRootDirectory=/ev/root\nExecStart=/bin/systemd-notify --ready'
	cp -L "$(command -v systemd-notify)" /ev/root/bin/
	ldd "$(command -v systemd-notify)" | grep -o '/[^ ]*' | while read -r file; do mkdir -p "/ev/root$(dirname "$file")"; cp -L "$file" "/ev/root$file"; done
	unit d.service <<<$'[Service]\nType=notify\nNotifyAccess=all\nRootDirectory=/ev/root\nExecStart=/bin/sh -c "systemd-notify --ready; while :; do sleep 1; done"'
	cp -L "$(command -v sleep)" /ev/root/bin/
	run systemctl start d.service
	state d.service
}

ipc_objects() {
	for list in shm sem msg; do echo "  $list $(awk 'NR > 1' /proc/sysvipc/$list | wc -l)"; done
	find /dev/shm /dev/mqueue -mindepth 1 -printf '  %p %u %g\n' | sort
}
ipc_make='ipcmk -M 4096 -S 1 -Q >/dev/null; mkdir /dev/shm/d; : >/dev/shm/f; : >/dev/shm/d/f; : >/dev/mqueue/q'
scenario_remove_ipc() {
	unit a.service <<<$'[Service]\nUser=daemon\nRemoveIPC=yes\nExecStart=/bin/sh -c "'"$ipc_make"'; /ev/ev made; exec sleep 1000"'
	run systemctl start a.service
	until_events 1
	ipc_objects
	props a.service RemoveIPC UID GID
	run systemctl stop a.service
	ipc_objects
	props a.service UID GID
}
scenario_remove_ipc_of_a_user_in_use() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nUser=daemon\nRemoveIPC=yes\nExecStart=/bin/sh -c "'"$ipc_make"'"'
	unit b.service <<<$'[Service]\nType=exec\nUser=daemon\nRemoveIPC=yes\nExecStart=/bin/sleep 1000'
	run systemctl start a.service b.service
	run systemctl stop a.service
	ipc_objects
	run systemctl stop b.service
	ipc_objects
}
scenario_remove_ipc_of_a_group() {
	unit a.service <<<$'[Service]\nType=exec\nGroup=daemon\nRemoveIPC=yes\nExecStart=/bin/sleep 1000'
	run setpriv --reuid=bin --regid=daemon --clear-groups sh -c "$ipc_make"
	run systemctl start a.service
	props a.service UID GID
	run systemctl stop a.service
	ipc_objects
}
scenario_remove_ipc_at_restart() {
	unit a.service <<<$'[Service]\nUser=daemon\nRemoveIPC=yes\nExecStartPre=/bin/sh -c "/ev/ev pre $$(ls /dev/shm)"\nExecStart=/bin/sh -c ": >/dev/shm/f; /ev/ev made; exec sleep 1000"\nExecStopPost=/bin/sh -c "/ev/ev post $$(ls /dev/shm)"'
	run systemctl start a.service
	until_events 2
	run systemctl restart a.service
	until_events 5
	run systemctl stop a.service
	events
	ipc_objects
}
scenario_remove_ipc_before_automatic_restart() {
	unit a.service <<<$'[Service]\nUser=daemon\nRemoveIPC=yes\nRestart=always\nRestartSec=1000\nExecStart=/bin/sh -c "'"$ipc_make"'"'
	run systemctl start a.service
	wait_for a.service activating/auto-restart
	props a.service UID GID
	ipc_objects
	run systemctl stop a.service
}
scenario_remove_ipc_not_asked_for() {
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nExecStart=/bin/sh -c ": >/dev/shm/f"'
	run systemctl start a.service
	ipc_objects
	rm -f /dev/shm/f
	unit b.service <<<$'[Service]\nType=oneshot\nUser=root\nRemoveIPC=yes\nExecStart=/bin/sh -c ": >/dev/shm/f"'
	run systemctl start b.service
	ipc_objects
	rm -f /dev/shm/f
}
scenario_remove_ipc_of_a_dynamic_user() {
	unit a.service <<<$'[Service]\nType=oneshot\nDynamicUser=yes\nExecStart=/bin/sh -c "'"$ipc_make"'"'
	run systemctl start a.service
	ipc_objects
	props a.service RemoveIPC
}
