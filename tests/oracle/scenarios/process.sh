# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What a process of a service gets: identity, environment, directories, limits; and how processes are killed.

# seen SERVICE-LINES…: runs the lines' service and prints what its shell command wrote.
seen() {
	local command=$1
	shift
	{
		printf '[Service]\nType=oneshot\nExecStart=/bin/sh -c %s\n' "$command"
		printf '%s\n' "$@"
	} | unit a.service
	run systemctl start a.service
	events
	state a.service
}
scenario_user_and_group() {
	seen "'/ev/ev \$(id -u) \$(id -g) \$(id -G) \$USER \$LOGNAME \$HOME \$SHELL \$(pwd)'" 'User=daemon' 'SupplementaryGroups=adm'
}
scenario_user_number_without_entry() {
	seen "'/ev/ev \$(id -u) \$(id -g)'" 'User=34567' 'Group=34568'
}
scenario_group_only() {
	seen "'/ev/ev \$(id -u) \$(id -g)'" 'Group=daemon'
}
scenario_root_defaults() {
	seen "'/ev/ev \$(id -u) \$(pwd) \$(umask) user=\$USER home=\$HOME shell=\$SHELL path=\$PATH'"
}
scenario_environment() {
	printf '# c\nA=from file\nQ="two words" \nexport X=1\n' >/ev/envfile
	seen "'/ev/ev A=\$\$A B=\$\$B Q=\$\$Q U=\$\$U; env | grep -c ^INVOCATION_ID= | xargs /ev/ev'" \
		'Environment=A=1 "B=b c" U=gone' 'EnvironmentFile=/ev/envfile' 'EnvironmentFile=-/no/such' 'UnsetEnvironment=U'
}
scenario_environment_file_missing() {
	unit a.service <<<$'[Service]\nType=oneshot\nEnvironmentFile=/no/such\nExecStart=/bin/true'
	run systemctl start a.service
	state a.service
}
scenario_expansion() {
	unit a.service <<'U'
[Service]
Type=oneshot
Environment="ONE=one" "TWO=two words" EMPTY=
ExecStart=/ev/ev $ONE ${ONE} x${TWO}y $TWO ${EMPTY} $NOPE $$ONE "quoted $ONE" a;b \; c
ExecStart=/ev/ev 'single "inner"' "tab\tend" \x41
ExecStart=:/ev/ev $ONE ${TWO}
ExecStart=@/bin/sh renamed -c '/ev/ev $0'
U
	run systemctl start a.service
	events
}
scenario_two_commands_on_a_line() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev one ; /ev/ev two'
	run systemctl start a.service
	events
}
scenario_working_directory() {
	seen "'/ev/ev \$(pwd)'" 'WorkingDirectory=/usr'
}
scenario_working_directory_missing() {
	unit a.service <<<$'[Service]\nType=oneshot\nWorkingDirectory=/no/such\nExecStart=/bin/true'
	run systemctl start a.service
	state a.service
}
scenario_working_directory_optional() {
	seen "'/ev/ev \$(pwd)'" 'WorkingDirectory=-/no/such'
}
scenario_umask() {
	seen "'/ev/ev \$(umask)'" 'UMask=0077'
}
scenario_limits() {
	seen "'/ev/ev \$(ulimit -n) \$(ulimit -Hn) \$(ulimit -c)'" 'LimitNOFILE=512:600' 'LimitCORE=0'
}
scenario_nice() {
	seen "'/ev/ev \$(nice)'" 'Nice=5'
}
scenario_runtime_directory() {
	unit a.service <<<$'[Service]\nUser=daemon\nRuntimeDirectory=rt/deep other\nRuntimeDirectoryMode=0750\nExecStartPre=/bin/sh -c "/ev/ev $RUNTIME_DIRECTORY"\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	settle
	run sh -c 'stat -c "%n %U %a" /run/rt /run/rt/deep /run/other'
	events
	run systemctl stop a.service
	run sh -c 'ls -d /run/rt /run/rt/deep /run/other'
}
scenario_state_directory() {
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nStateDirectory=soloctl-st\nCacheDirectory=soloctl-ca\nLogsDirectory=soloctl-lo\nConfigurationDirectory=soloctl-co\nExecStart=/bin/sh -c "/ev/ev $STATE_DIRECTORY $CACHE_DIRECTORY $LOGS_DIRECTORY $CONFIGURATION_DIRECTORY"'
	run systemctl start a.service
	events
	run stat -c "%n %U %a" /var/lib/soloctl-st /var/cache/soloctl-ca /var/log/soloctl-lo /etc/soloctl-co
	rm -rf /var/lib/soloctl-st /var/cache/soloctl-ca /var/log/soloctl-lo /etc/soloctl-co
}
scenario_output_to_file() {
	unit a.service <<<$'[Service]\nType=oneshot\nStandardOutput=append:/ev/out\nStandardError=file:/ev/err\nExecStart=/bin/sh -c "echo out; echo err >&2"'
	run systemctl start a.service
	run systemctl start a.service
	run cat /ev/out /ev/err
}
scenario_input_data() {
	unit a.service <<<$'[Service]\nType=oneshot\nStandardInput=data\nStandardInputText=hello there\nExecStart=/bin/sh -c "read x; /ev/ev $$x"'
	run systemctl start a.service
	events
}
scenario_sigpipe_and_session() {
	seen "'/ev/ev sigpipe \$(awk \"/^SigIgn/ { print \\\\\$2 }\" /proc/self/status); test \$(ps -o sid= -p \$\$\$\$) = \$\$\$\$ && /ev/ev session leader'"
}
scenario_no_extra_fds() {
	seen "'/ev/ev \$(ls /proc/self/fd | tr \"\\\\n\" \" \")'"
}
scenario_kill_mode_control_group() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "setsid sleep 1111 & exec sleep 1112"'
	run systemctl start a.service
	settle
	run systemctl stop a.service
	run pgrep -f "slee[p] 111[12]"
}
scenario_kill_mode_process() {
	unit a.service <<<$'[Service]\nKillMode=process\nExecStart=/bin/sh -c "sleep 1111 & exec sleep 1112"'
	run systemctl start a.service
	settle
	run systemctl stop a.service
	run sh -c 'pgrep -f "slee[p] 111[12]" -c'
	quietly pkill -KILL -f 'sleep 111[12]'
}
scenario_kill_mode_mixed() {
	unit a.service <<'U'
[Service]
KillMode=mixed
TimeoutStopSec=5
ExecStart=/bin/sh -c 'sh -c "trap \\"/ev/ev child got TERM\\" TERM; while :; do sleep 0.1; done" & trap "/ev/ev main got TERM; exit 0" TERM; while :; do sleep 0.1; done'
U
	run systemctl start a.service
	settle
	run systemctl stop a.service
	events
	state a.service
}
scenario_kill_signal() {
	unit a.service <<<$'[Service]\nKillSignal=SIGUSR1\nExecStart=/bin/sh -c "trap \'echo usr1 >>/ev/log; exit 0\' USR1; while :; do sleep 0.1; done"'
	run systemctl start a.service
	settle
	run systemctl stop a.service
	events
	state a.service
}
scenario_kill_whom() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "trap \'echo usr1 >>/ev/log\' USR1; while :; do sleep 0.1; done"'
	run systemctl start a.service
	settle
	run systemctl kill --kill-whom=main -s USR1 a.service
	settle
	events
	run systemctl kill --kill-whom=control a.service
	run systemctl kill -s BOGUS a.service
	run systemctl stop a.service
}
scenario_stop_finds_double_forks() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c "(setsid sleep 1113 &) &"'
	run systemctl start a.service
	settle
	run pgrep -c -f 'slee[p] 1113'
	run systemctl stop a.service
	run pgrep -f 'slee[p] 1113'
}
scenario_dynamic_user() {
	seen "'id -u | awk \"{ print (\\\\\$1 >= 61184 && \\\\\$1 <= 65519) }\" | xargs /ev/ev dynamic'" 'DynamicUser=yes' 'ReadWritePaths=/ev'
}
scenario_capabilities() {
	seen "'/ev/ev \$(awk \"/^CapBnd/ { print \\\\\$2 }\" /proc/self/status) \$(awk \"/^NoNewPrivs/ { print \\\\\$2 }\" /proc/self/status)'" 'CapabilityBoundingSet=CAP_CHOWN CAP_KILL' 'NoNewPrivileges=yes'
}
scenario_set_environment() {
	run systemctl set-environment FROM_MANAGER=yes
	seen "'/ev/ev \$FROM_MANAGER'"
	run systemctl unset-environment FROM_MANAGER
	run systemctl set-environment 1BAD=x
	seen "'/ev/ev gone=\$FROM_MANAGER'"
}
