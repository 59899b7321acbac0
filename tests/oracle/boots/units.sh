# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Targets, conflicts, propagation and triggers, in a machine that was booted.

boot_default_is_a_link() {
	unit mine.target <<<$'[Unit]\nRequires=basic.target\nAfter=basic.target\nWants=a.service\nAllowIsolate=yes'
	ln -s mine.target "$dir/files/etc/systemd/system/default.target"
	oneshot a
	play <<<'run systemctl get-default; run systemctl show -P Id default.target'
}
boot_default_is_rescue() {
	ln -s /usr/lib/systemd/system/rescue.target "$dir/files/etc/systemd/system/default.target"
	service rescue "/ev/serve rescue" Type=notify NotifyAccess=all "[Unit]" DefaultDependencies=no Conflicts=shutdown.target After=sysinit.target \
		Before=shutdown.target
	shown rescue.service rescue.target
}
boot_refuse_manual_start() {
	unit t.target <<<$'[Unit]\nRefuseManualStart=yes\nWants=a.service'
	unit s.target <<<$'[Unit]\nRefuseManualStop=yes'
	oneshot a
	oneshot b "[Unit]" Wants=t.target After=t.target
	wanted s.target
	play <<-'P'
		run systemctl start t.target
		run systemctl start b.service
		run systemctl stop s.target
		run systemctl stop t.target
		states
	P
}
boot_isolate() {
	unit other.target <<<$'[Unit]\nRequires=basic.target\nAfter=basic.target\nWants=kept.service new.service\nAllowIsolate=yes'
	oneshot kept
	oneshot gone "[Unit]" After=kept.service
	oneshot stays "[Unit]" IgnoreOnIsolate=yes
	oneshot new "[Unit]" After=gone.service
	wanted kept.service gone.service stays.service
	play <<-'P'
		run systemctl isolate other.target
		states
		system
		mark back
		run systemctl isolate default.target
		settle
		states
		run systemctl isolate kept.service
	P
	rule order start kept "|" start gone "|" stop gone "|" start new
}
boot_isolate_and_the_end() {
	unit other.target <<<$'[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes'
	daemon a linger=2
	daemon b -- "[Unit]" After=a.service
	wanted a.service b.service
	option marks=no
	play <<<'run systemctl --no-block isolate other.target; wait_event signal TERM a'
	rule exact
}
boot_conflict_of_wanted() {
	oneshot a "[Unit]" Conflicts=b.service
	oneshot b
	oneshot c
	wanted a.service b.service c.service
}
boot_conflict_of_required() {
	oneshot a "[Unit]" Conflicts=b.service
	oneshot b "[Unit]" Wants=c.service
	oneshot c
	unit default.target <<<$'[Unit]\nRequires=basic.target b.service\nAfter=basic.target b.service\nWants=a.service\nAllowIsolate=yes'
	shown a.service b.service c.service
}
boot_conflict_later() {
	oneshot a "[Unit]" Conflicts=b.service After=b.service
	daemon b linger=0.5
	oneshot needs "[Unit]" Requires=b.service After=b.service
	wanted b.service needs.service
	play <<-'P'
		run systemctl start a.service
		states a.service needs.service
		run systemctl start b.service
		states a.service b.service
	P
	rule exact
}
boot_propagation() {
	daemon base
	daemon part -- "[Unit]" PartOf=base.service After=base.service
	daemon needs -- "[Unit]" Requires=base.service After=base.service
	daemon bound -- "[Unit]" BindsTo=base.service After=base.service
	daemon wants -- "[Unit]" Wants=base.service After=base.service
	unit all.target <<<$'[Unit]\nWants=base.service part.service needs.service bound.service wants.service'
	wanted all.target
	play <<-'P'
		mark restart
		run systemctl restart base.service
		settle
		states
		mark stop
		run systemctl stop base.service
		settle
		states
		mark start
		run systemctl start needs.service
		states
	P
	rule after part "|" base
	rule after needs "|" base
	rule after bound "|" base
}
boot_propagates_stop_to() {
	oneshot a "[Unit]" PropagatesStopTo=b.service
	oneshot b "[Unit]" After=a.service
	oneshot c "[Unit]" StopWhenUnneeded=yes
	oneshot d "[Unit]" Wants=c.service After=c.service
	wanted a.service b.service d.service
	play <<-'P'
		run systemctl stop a.service
		run systemctl stop d.service
		wait_for c.service inactive/dead
		states
	P
	rule order stop a "|" stop d
	rule order stop b "|" stop d
	rule order stop d "|" stop c
}
boot_upholds() {
	oneshot a "[Unit]" Upholds=b.service
	daemon b
	wanted a.service
	shown a.service
	play <<-'P'
		wait_for b.service active/running
		renewed b.service systemctl kill -s KILL b.service
		states
	P
	rule without booted
}
boot_socket() {
	unit s.socket <<<$'[Socket]\nListenFIFO=/run/s.fifo\n[Install]\nWantedBy=sockets.target'
	daemon s
	oneshot a "[Unit]" After=s.socket Requires=s.socket
	wanted s.socket a.service
	play <<-'P'
		echo word >/run/s.fifo
		wait_for s.service active/running
		states
	P
}
boot_timer() {
	unit t.timer <<<$'[Timer]\nOnActiveSec=1500ms\nAccuracySec=1ms'
	service t "/ev/ev start t" Type=oneshot RemainAfterExit=yes "ExecStop=/ev/ev stop t"
	oneshot a
	wanted t.timer a.service
	shown a.service
	play <<-'P'
		wait_for t.service active/exited
		wait_for t.timer active/elapsed
		states t.timer t.service
		between t.timer ActiveEnterTimestampMonotonic t.service InactiveExitTimestampMonotonic 1.5
	P
	rule without "booted|start t"
}
boot_path() {
	unit p.path <<<$'[Path]\nPathExists=/run/here'
	daemon p
	wanted p.path
	play <<-'P'
		touch /run/here
		wait_for p.service active/running
		states
	P
	rule exact
}
boot_reload_at_run_time() {
	oneshot a
	wanted a.service
	play <<-'P'
		printf '[Unit]\nAfter=a.service\nRequires=a.service\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/ev/ev start new\nExecStop=/ev/ev stop new\n' >/etc/systemd/system/new.service
		run systemctl daemon-reload
		run systemctl start new.service
		states a.service new.service
		run systemctl enable --now --quiet missing.service
	P
	rule exact
}
boot_enable_now() {
	service a "/ev/serve a" Type=notify NotifyAccess=all
	printf '[Install]\nWantedBy=default.target\nAlso=b.service\n' >>"$dir/files/etc/systemd/system/a.service"
	service b "/ev/serve b" Type=notify NotifyAccess=all "[Unit]" Before=a.service
	printf '[Install]\nWantedBy=a.service\n' >>"$dir/files/etc/systemd/system/b.service"
	play <<-'P'
		run systemctl enable --now --quiet b.service
		run systemctl enable --now --quiet a.service
		states
		run systemctl disable --now --quiet a.service
		states
	P
}
boot_isolate_starts_what_a_stopped_one_wants() {
	oneshot a "[Unit]" Wants=b.service
	oneshot b "[Unit]" PartOf=part.service Wants=c.service
	oneshot c
	oneshot part
	unit other.target <<<$'[Unit]\nRequires=basic.target\nAfter=basic.target\nWants=a.service\nAllowIsolate=yes'
	wanted a.service b.service c.service part.service
	play <<-'P'
		run systemctl stop c.service
		mark isolate
		run systemctl isolate other.target
		settle
		states
	P
}
boot_restart_hands_the_stop_on() {
	oneshot a "[Unit]" Wants=c.service PropagatesStopTo=b.service
	oneshot c "[Unit]" Wants=b.service
	oneshot d "[Unit]" Wants=e.service
	oneshot e "[Unit]" Wants=f.service
	oneshot f
	oneshot g "[Unit]" PropagatesStopTo=h.service
	oneshot h
	oneshot b
	wanted a.service d.service c.service g.service
	play <<-'P'
		run systemctl stop b.service
		run systemctl stop f.service
		mark restart
		run systemctl restart a.service
		run systemctl restart d.service
		run systemctl restart g.service
		settle
		states
	P
}
