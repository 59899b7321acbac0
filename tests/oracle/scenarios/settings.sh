# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Where settings come from: drop-ins, instances, environment files, credentials, specifiers; what show says of them.

scenario_environment_file_glob() {
	mkdir -p /ev/env.d
	echo A=1 >/ev/env.d/1.conf
	printf 'A=2\nB="x y"\n' >/ev/env.d/2.conf
	unit a.service <<<$'[Service]\nType=oneshot\nEnvironmentFile=/ev/env.d/*.conf\nEnvironmentFile=-/ev/none.d/*.conf\nExecStart=/bin/sh -c "/ev/ev A=$$A B=$$B"'
	run systemctl start a.service
	events
}
scenario_environment_file_glob_without_match() {
	unit a.service <<<$'[Service]\nType=oneshot\nEnvironmentFile=/ev/none.d/*.conf\nExecStart=/bin/true'
	run systemctl start a.service
	state a.service
}
scenario_environment_file_dialect() {
	printf 'ONE=a\\\nb\nTWO=\x27single $x\x27\n;c\n#c\n  THREE  =  three  # no comment\nFOUR="a\\"b"\nFIVE=\nnot an assignment\nSIX=last' >/ev/e
	unit a.service <<<$'[Service]\nType=oneshot\nEnvironmentFile=/ev/e\nExecStart=/bin/sh -c "/ev/ev $$ONE; /ev/ev $$TWO; /ev/ev $$THREE; /ev/ev $$FOUR; /ev/ev $${FIVE-unset}; /ev/ev $$SIX"'
	run systemctl start a.service
	events
}
scenario_environment_order() {
	echo 'A=file' >/ev/e
	unit a.service <<<$'[Service]\nType=oneshot\nEnvironmentFile=/ev/e\nEnvironment=A=line B=line\nEnvironment=B=again\nEnvironment=C=gone\nExecStart=/bin/sh -c "/ev/ev $$A $$B $$C"'
	run systemctl start a.service
	events
	props a.service Environment EnvironmentFiles
}
scenario_environment_is_reset() {
	unit a.service <<<$'[Service]\nType=oneshot\nEnvironment=A=1\nEnvironment=\nEnvironment=B=2\nExecStart=/bin/sh -c "/ev/ev a=$$A b=$$B"'
	run systemctl start a.service
	events
	props a.service Environment
}
scenario_drop_ins_of_all_levels() {
	unit x-y-z.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev $$A $$B $$C $$D"'
	unit service.d/10-a.conf <<<$'[Service]\nEnvironment=A=type B=type C=type D=type'
	unit x-.service.d/10-b.conf <<<$'[Service]\nEnvironment=B=x C=x D=x'
	unit x-y-.service.d/10-c.conf <<<$'[Service]\nEnvironment=C=xy D=xy'
	unit x-y-z.service.d/10-d.conf <<<$'[Service]\nEnvironment=D=xyz'
	run systemctl start x-y-z.service
	events
	props x-y-z.service DropInPaths
	run systemctl cat x-y-z.service
}
scenario_drop_in_same_name_hides() {
	unit x-y.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev a=$$A b=$$B"'
	unit x-.service.d/10-a.conf <<<$'[Service]\nEnvironment=A=outer'
	unit x-y.service.d/10-a.conf <<<$'[Service]\nEnvironment=B=inner'
	run systemctl start x-y.service
	events
}
scenario_drop_in_resets_exec_start() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev old'
	unit a.service.d/o.conf <<<$'[Service]\nExecStart=\nExecStart=/ev/ev new'
	run systemctl start a.service
	events
}
scenario_drop_in_order_across_directories() {
	mkdir -p /run/systemd/system/a.service.d
	printf '[Service]\nEnvironment=A=run B=run\n' >/run/systemd/system/a.service.d/50-x.conf
	printf '[Service]\nEnvironment=C=run\n' >/run/systemd/system/a.service.d/90-y.conf
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev $$A $$B $$C"'
	unit a.service.d/50-x.conf <<<$'[Service]\nEnvironment=A=etc'
	unit a.service.d/60-z.conf <<<$'[Service]\nEnvironment=C=etc'
	run systemctl start a.service
	events
	rm -rf /run/systemd/system/a.service.d
}
scenario_instances_with_drop_ins() {
	unit t@.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev %i $$A $$B"'
	unit t@.service.d/a.conf <<<$'[Service]\nEnvironment=A=all B=all'
	unit t@two.service.d/b.conf <<<$'[Service]\nEnvironment=B=two'
	run systemctl start t@one.service t@two.service
	sorted_events
	props t@two.service Id DropInPaths
}
scenario_instance_of_its_own() {
	unit t@.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev template %i'
	unit t@own.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev own %i'
	run systemctl start t@own.service
	events
}
scenario_instances_by_pattern() {
	unit t@.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start t@a.service t@b.service
	run systemctl is-active 't@*.service'
	run systemctl list-units --no-legend --plain 't@*.service'
	run systemctl stop 't@*.service'
	run systemctl is-active t@a.service t@b.service
}
scenario_specifiers() {
	unit foo-bar@.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev %p %P %i %I %j %J %n %N %f %t %S %C %L %E %u %U %h %s %%'
	run systemctl start 'foo-bar@x\x20y-z.service'
	events
}
scenario_credentials() {
	echo -n secret >/ev/token
	unit a.service <<<$'[Service]\nType=oneshot\nLoadCredential=token:/ev/token\nSetCredential=word:spoken\nExecStart=/bin/sh -c "/ev/ev $$(cat $$CREDENTIALS_DIRECTORY/token) $$(cat $$CREDENTIALS_DIRECTORY/word) $$(stat -c %%a $$CREDENTIALS_DIRECTORY/token)"\nExecStartPost=/ev/ev %d'
	run systemctl start a.service
	events
}
scenario_credentials_of_user() {
	echo -n secret >/ev/token
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nLoadCredential=token:/ev/token\nExecStart=/bin/sh -c "/ev/ev $$(cat $$CREDENTIALS_DIRECTORY/token)"'
	run systemctl start a.service
	events
}
scenario_credential_missing() {
	unit a.service <<<$'[Service]\nType=oneshot\nLoadCredential=token:/no/such/file\nExecStart=/bin/true'
	run systemctl start a.service
	state a.service
}
scenario_credential_default() {
	unit a.service <<<$'[Service]\nType=oneshot\nLoadCredential=token:/no/such/file\nSetCredential=token:default\nExecStart=/bin/sh -c "/ev/ev $$(cat $$CREDENTIALS_DIRECTORY/token)"'
	run systemctl start a.service
	events
	state a.service
}
scenario_show_service_properties() {
	unit a.service <<'U'
[Unit]
Description=A thing
Documentation=man:a(1) https://example.org/
After=b.service
Wants=b.service
[Service]
Type=forking
PIDFile=/run/a.pid
Restart=on-abnormal
RestartSec=1min 2s
TimeoutStartSec=33
TimeoutStopSec=2h
WatchdogSec=5
KillMode=mixed
KillSignal=SIGINT
User=daemon
Group=adm
UMask=0027
Nice=3
LimitNOFILE=100:200
WorkingDirectory=-/
SuccessExitStatus=1 2 SIGUSR1
OOMScoreAdjust=7
StandardOutput=null
StandardError=inherit
SyslogIdentifier=thing
ExecStart=/bin/true
[Install]
WantedBy=multi-user.target
U
	props a.service Id Names Description Documentation Wants LoadState FragmentPath UnitFileState UnitFilePreset Type Restart RestartUSec PIDFile \
		TimeoutStartUSec TimeoutStopUSec WatchdogUSec KillMode KillSignal User Group UMask Nice LimitNOFILE LimitNOFILESoft \
		WorkingDirectory SuccessExitStatus OOMScoreAdjust StandardOutput StandardError SyslogIdentifier CanStart CanStop CanReload CanIsolate \
		DefaultDependencies StartLimitBurst StartLimitIntervalUSec NotifyAccess GuessMainPID RemainAfterExit SendSIGKILL SendSIGHUP Slice \
		RefuseManualStart StopWhenUnneeded JobTimeoutUSec NeedDaemonReload Transient Perpetual CollectMode OnFailureJobMode IgnoreOnIsolate
}
scenario_show_dependencies() {
	unit a.service <<<$'[Unit]\nDefaultDependencies=no\nRequires=b.service\nWants=c.service\nBindsTo=d.service\nConflicts=e.service\nBefore=b.service\nAfter=c.service\nPartOf=d.service\n[Service]\nExecStart=/bin/true'
	unit b.service <<<$'[Service]\nExecStart=/bin/true'
	run systemctl show -p Wants -p BindsTo -p Conflicts -p PartOf -p Before a.service
	run systemctl show -p RequiredBy b.service
}
scenario_show_exec() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=-/bin/sh -c "echo a b"\nExecStart=+/bin/true x\nExecStop=/bin/true'
	run systemctl show -p ExecStart -p ExecStop a.service
	run systemctl start a.service
}
scenario_show_of_active() {
	unit a.service <<<$'[Service]\nType=exec\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	props a.service ActiveState SubState LoadState Result ExecMainCode ExecMainStatus StatusErrno ConditionResult AssertResult Job NRestarts \
		UnitFileState ReloadResult CleanResult FreezerState ControlPID
	run sh -c 'systemctl show -p InvocationID --value a.service | grep -c "^[0-9a-f]\{32\}$"'
	run sh -c 'systemctl show -p ActiveEnterTimestamp --value a.service | grep -c "^[A-Z][a-z][a-z] 20..-..-.. ..:..:.. UTC$"'
	run sh -c 'systemctl show -p InactiveEnterTimestamp --value a.service'
}
scenario_show_several() {
	unit a.service <<<$'[Service]\nExecStart=/bin/true'
	unit t.target <<<$'[Unit]\nDescription=T'
	run systemctl show -p Id -p ActiveState a.service t.target nosuch.service
	run systemctl show --property=Id,LoadState --value a.service
}
scenario_unit_file_changed_on_disk() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	quietly sleep 1.1
	printf '[Service]\nExecStart=/bin/sleep 1000\nExecReload=/bin/true\n' >/etc/systemd/system/a.service
	run systemctl daemon-reload
	props a.service NeedDaemonReload CanReload
	run systemctl reload a.service
	state a.service
}
scenario_unit_file_removed_while_active() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev post'
	run systemctl start a.service
	rm /etc/systemd/system/a.service
	run systemctl daemon-reload
	run systemctl is-active a.service
	props a.service LoadState ActiveState
	run systemctl stop a.service
	events
}
scenario_unit_file_removed_before_restart() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=2\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev post'
	run systemctl start a.service
	quietly systemctl kill -s KILL --kill-whom=main a.service
	wait_for a.service activating/auto-restart
	events
	rm /etc/systemd/system/a.service
	run systemctl daemon-reload
	quietly sleep 3
	props a.service LoadState ActiveState
	events
	quietly systemctl stop a.service
	quietly systemctl reset-failed a.service
}
scenario_unit_file_removed_and_main_ends() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=1\nExecStart=/bin/sleep 1000\nExecStop=/ev/ev stop'
	run systemctl start a.service
	rm /etc/systemd/system/a.service
	run systemctl daemon-reload
	quietly systemctl kill -s TERM --kill-whom=main a.service
	wait_for a.service inactive/dead
	events
	run systemctl start a.service
}
scenario_collect_mode() {
	unit a.service <<<$'[Unit]\nCollectMode=inactive-or-failed\n[Service]\nExecStart=/bin/false'
	run systemctl start a.service
	settle
	run systemctl is-failed a.service
}
scenario_pass_environment() {
	unit a.service <<<$'[Service]\nType=oneshot\nPassEnvironment=NOPE\nExecStart=/bin/sh -c "/ev/ev nope=$${NOPE-unset}"'
	run env NOPE=client systemctl start a.service
	events
}
scenario_import_environment() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev $${IMPORTED-unset}"'
	run env IMPORTED=here systemctl import-environment IMPORTED
	run systemctl start a.service
	run systemctl unset-environment IMPORTED
	run systemctl start a.service
	events
}
scenario_settings_escaped_name_is_a_dependency() {
	unit 'a\x2db.service' <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/ev/ev escaped'
	unit c.service <<<$'[Unit]\nRequires=a\\x2db.service\nAfter=a\\x2db.service\n[Service]\nType=oneshot\nExecStart=/ev/ev c'
	run systemctl start c.service
	events
	state 'a\x2db.service'
	run systemctl stop 'a\x2db.service'
}
scenario_settings_condition_blank_behind_sign() {
	unit a.service <<<$'[Unit]\nConditionPathExists=! /ev\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	unit b.service <<<$'[Unit]\nConditionPathExists=!/ev\n[Service]\nType=oneshot\nExecStart=/ev/ev b'
	run systemctl start a.service b.service
	events
}
scenario_settings_credential_of_the_last_line() {
	printf one >/ev/1
	printf two >/ev/2
	unit a.service <<<$'[Service]\nType=oneshot\nLoadCredential=a:/ev/1\nLoadCredential=a:/ev/2\nSetCredential=b:one\nSetCredential=b:two\nSetCredential=c\nExecStart=/bin/sh -c "/ev/ev $$(ls $$CREDENTIALS_DIRECTORY); /ev/ev a=$$(cat $$CREDENTIALS_DIRECTORY/a) b=$$(cat $$CREDENTIALS_DIRECTORY/b)"'
	run systemctl start a.service
	events
	state a.service
}
scenario_settings_relative_output_file_is_ignored() {
	unit a.service <<<$'[Service]\nType=oneshot\nStandardOutput=file:rel\nExecStart=/ev/ev a'
	run systemctl start a.service
	events
	props a.service LoadState StandardOutput
}
scenario_settings_imported_credential_is_renamed() {
	mkdir -p /run/credstore
	printf 1 >/run/credstore/x.one
	printf 2 >/run/credstore/x.two
	unit a.service <<<$'[Service]\nType=oneshot\nImportCredential=x.*:y.\nImportCredential=x.one\nImportCredential=x.two:z\nExecStart=/bin/sh -c "/ev/ev $$(cd $$CREDENTIALS_DIRECTORY && grep -H . *)"'
	run systemctl start a.service
	events
	props a.service ImportCredential Type
	rm -r /run/credstore
}
