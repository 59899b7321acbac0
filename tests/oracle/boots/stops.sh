# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# How things end: signals, times, what runs last, what is not started any more.

boot_stop_timeout() {
	daemon a ignore -- TimeoutStopSec=2500ms "ExecStopPost=/ev/ev post a"
	daemon b -- "[Unit]" After=a.service
	wanted a.service b.service
	rule exact
	rule span signal TERM a "|" post a "|" 2.5
}
boot_stop_slowly() {
	daemon a linger=1.5
	daemon b linger=1.2 -- "[Unit]" After=a.service
	oneshot c "[Unit]" Before=a.service
	wanted a.service b.service c.service
	rule exact
	rule span signal TERM b "|" signal TERM a "|" 1.2
	rule span signal TERM a "|" stop c "|" 1.5
}
boot_stop_in_parallel() {
	daemon a ignore -- TimeoutStopSec=2500ms
	daemon b ignore -- TimeoutStopSec=2500ms
	daemon c ignore -- TimeoutStopSec=2500ms
	oneshot under "[Unit]" Before=a.service b.service c.service
	wanted a.service b.service c.service under.service
	rule span signal TERM a "|" stop under "|" 2.5
}
boot_kill_mode_mixed() {
	daemon a child linger=0.5 -- KillMode=mixed TimeoutStopSec=5 "ExecStopPost=/ev/ev post a"
	wanted a.service
	rule exact
}
boot_kill_mode_group() {
	daemon a child linger=0.5 -- KillMode=control-group TimeoutStopSec=5 "ExecStopPost=/ev/ev post a"
	wanted a.service
	rule order signal TERM a "|" end a "|" post a "|" end a-child
	rule order signal TERM a-child "|" end a-child
}
boot_kill_mode_process() {
	daemon a child -- KillMode=process "ExecStopPost=/ev/ev post a"
	wanted a.service
	rule exact
}
boot_kill_signals() {
	daemon a -- KillSignal=SIGINT
	daemon b ignore -- SendSIGHUP=yes TimeoutStopSec=3 "[Unit]" After=a.service
	daemon c -- KillSignal=SIGUSR1 "[Unit]" After=b.service
	wanted a.service b.service c.service
	rule order signal USR1 c "|" signal TERM b "|" signal INT a
	rule order signal USR1 c "|" signal HUP b "|" signal INT a
}
boot_exec_stop() {
	daemon a -- "ExecStop=/ev/ev stop1 a" "ExecStop=/ev/ev stop2 a" "ExecStopPost=/ev/ev post a"
	daemon b -- "ExecStop=/bin/sh -c '/ev/ev stop b; sleep 1; /ev/ev stopped b'" "[Unit]" After=a.service
	daemon c -- "ExecStop=/ev/ev -1 stop c" "ExecStop=/ev/ev never" "ExecStopPost=/ev/ev post c" "[Unit]" After=b.service
	wanted a.service b.service c.service
	rule exact
}
boot_exec_stop_timeout() {
	oneshot a ExecStop= "ExecStop=/bin/sh -c '/ev/ev stop a; exec sleep 60'" TimeoutStopSec=2500ms "ExecStopPost=/ev/ev post a"
	oneshot b "[Unit]" Before=a.service
	wanted a.service b.service
	rule exact
	rule span stop a "|" post a "|" 2.5
}
boot_restart_always_ends() {
	daemon a -- Restart=always RestartSec=0 "ExecStopPost=/ev/ev post a"
	service b "/ev/ev start b" Restart=always RestartSec=1h Type=exec
	oneshot c "[Unit]" After=a.service
	wanted a.service b.service c.service
	shown a.service c.service
	play <<<'wait_for b.service activating/auto-restart; states b.service'
	rule without "start b"
	rule exact
}
boot_stopped_while_starting() {
	daemon a never -- TimeoutStartSec=60 "ExecStopPost=/ev/ev post a"
	oneshot b "[Unit]" After=a.service
	oneshot c "[Unit]" Before=a.service
	wanted a.service b.service c.service
	option wait=
	option shows=no
	play <<<'wait_event start a; system; states'
	rule exact
}
boot_stopped_in_start_pre() {
	service a "/ev/ev never" Type=oneshot "ExecStartPre=/bin/sh -c '/ev/ev pre a; exec sleep 60'" "ExecStop=/ev/ev never stop" "ExecStopPost=/ev/ev post a"
	wanted a.service
	option wait=
	option shows=no
	play <<<'wait_event pre a; states'
	rule exact
}
boot_outlives_shutdown() {
	daemon last -- "[Unit]" DefaultDependencies=no After=sysinit.target
	oneshot a "[Unit]" After=last.service
	wanted last.service a.service
	rule exact
}
boot_before_shutdown_target() {
	daemon late -- "[Unit]" DefaultDependencies=no Conflicts=shutdown.target Before=shutdown.target
	oneshot a "[Unit]" After=late.service
	service onway "/ev/ev onway" Type=oneshot "[Unit]" DefaultDependencies=no Before=shutdown.target After=late.service
	service final "/ev/ev final" Type=oneshot "[Unit]" DefaultDependencies=no After=shutdown.target Before=final.target
	mkdir -p "$dir/files/etc/systemd/system/poweroff.target.wants"
	ln -s ../onway.service ../final.service "$dir/files/etc/systemd/system/poweroff.target.wants/"
	wanted late.service a.service
	rule exact
}
boot_starts_while_it_ends() {
	oneshot a ExecStop= "ExecStop=-/bin/sh -c 'systemctl --no-block start late.service; /ev/ev asked \$\$?; /ev/ev system \$\$(systemctl is-system-running)'"
	oneshot late
	oneshot b "[Unit]" Before=a.service
	wanted a.service b.service
	rule exact
}
boot_no_block_then_the_end() {
	daemon slow ready=30
	oneshot behind "[Unit]" After=slow.service Requires=slow.service
	oneshot a
	wanted a.service
	play <<-'P'
		run systemctl start --no-block behind.service
		wait_event start slow
		states slow.service behind.service
	P
	rule exact
}
boot_conflicts_shutdown_later() {
	daemon socket_user -- "[Unit]" Conflicts=umount.target Before=umount.target
	oneshot a "[Unit]" PartOf=socket_user.service After=socket_user.service
	oneshot b "[Unit]" Requires=a.service After=a.service
	wanted a.service b.service socket_user.service
	rule exact
}
