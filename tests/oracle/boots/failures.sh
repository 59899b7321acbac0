# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What fails at boot, and what it takes along.

boot_required_fails() {
	service a "/ev/ev -3 start a" Type=oneshot
	oneshot b "[Unit]" Requires=a.service After=a.service
	oneshot c "[Unit]" Wants=a.service After=a.service
	oneshot d "[Unit]" BindsTo=a.service After=a.service
	oneshot e "[Unit]" Requires=b.service After=b.service
	oneshot f "[Unit]" After=e.service
	wanted b.service c.service d.service e.service f.service
}
boot_missing_binary() {
	service a /nowhere/binary Type=oneshot
	service b /nowhere/binary Type=exec
	oneshot c "[Unit]" Requires=a.service After=a.service
	oneshot d "[Unit]" Wants=b.service After=b.service
	oneshot e "[Unit]" Requires=b.service After=b.service
	wanted c.service d.service e.service
}
boot_required_target_fails() {
	service a "/ev/ev -1 start a" Type=oneshot
	unit t.target <<<$'[Unit]\nRequires=a.service\nAfter=a.service'
	unit u.target <<<$'[Unit]\nWants=a.service'
	oneshot b "[Unit]" Requires=t.target After=t.target
	oneshot c "[Unit]" Requires=u.target After=u.target
	wanted b.service c.service
}
boot_default_target_needs_what_fails() {
	service a "/ev/ev -1 start a" Type=oneshot
	oneshot b
	unit default.target <<<$'[Unit]\nRequires=basic.target a.service\nAfter=basic.target a.service\nWants=b.service\nAllowIsolate=yes'
	shown a.service b.service default.target
}
boot_assert() {
	oneshot a "[Unit]" AssertPathExists=/nowhere
	oneshot b "[Unit]" Requires=a.service After=a.service
	oneshot c "[Unit]" Wants=a.service After=a.service
	wanted b.service c.service
}
boot_condition() {
	oneshot a "[Unit]" ConditionPathExists=/nowhere
	oneshot b "[Unit]" Requires=a.service After=a.service
	oneshot c "[Unit]" BindsTo=a.service After=a.service
	oneshot d "[Unit]" Requisite=a.service After=a.service
	oneshot e "[Unit]" Wants=a.service After=a.service
	wanted b.service c.service d.service e.service
}
boot_oneshot_that_is_over() {
	service a "/ev/ev start a" Type=oneshot
	oneshot b "[Unit]" Requires=a.service After=a.service
	oneshot c "[Unit]" BindsTo=a.service After=a.service
	oneshot d "[Unit]" Requisite=a.service After=a.service
	wanted a.service b.service c.service d.service
}
boot_requisite() {
	oneshot a
	oneshot b "[Unit]" Requisite=a.service After=a.service
	oneshot c "[Unit]" Requisite=never.service After=never.service
	oneshot never
	wanted a.service b.service c.service
}
boot_on_failure() {
	service a "/ev/ev -1 start a" Type=oneshot "[Unit]" OnFailure=f.service
	service b "/ev/ev start b" Type=oneshot "[Unit]" OnSuccess=s.service
	oneshot c "[Unit]" Requires=a.service After=a.service OnFailure=g.service
	oneshot f
	oneshot g
	oneshot s
	wanted a.service b.service c.service
	shown a.service b.service c.service
	play <<-'P'
		wait_for f.service active/exited
		wait_for g.service active/exited
		wait_for s.service active/exited
		states f.service g.service s.service
	P
	rule order start a "|" start f
	rule order start b "|" start s
	rule without "start|booted"
}
boot_start_timeout() {
	daemon a never -- TimeoutStartSec=2500ms
	oneshot b "[Unit]" Requires=a.service After=a.service
	oneshot c "[Unit]" Wants=a.service After=a.service
	wanted b.service c.service
	rule exact
	rule span start a "|" signal TERM a "|" 2.5
}
boot_job_timeout() {
	daemon slow ready=4
	oneshot waiting "[Unit]" After=slow.service JobTimeoutSec=1500ms
	oneshot behind "[Unit]" Requires=waiting.service After=waiting.service
	wanted slow.service waiting.service behind.service
	rule exact
}
boot_job_running_timeout() {
	daemon slow never -- "[Unit]" JobRunningTimeoutSec=2500ms
	oneshot behind "[Unit]" Wants=slow.service After=slow.service
	wanted behind.service
	shown behind.service
	rule order start slow "|" start behind
	rule span start slow "|" start behind "|" 2.5
}
boot_restart_until_it_works() {
	service a "/bin/sh -c 'test -e /run/once && exec /ev/serve a; touch /run/once; /ev/ev first a; exit 1'" Type=notify NotifyAccess=all \
		Restart=on-failure RestartSec=200ms
	oneshot b "[Unit]" Requires=a.service After=a.service
	oneshot c "[Unit]" Wants=a.service After=a.service
	wanted a.service b.service c.service
	option shows=no
	play <<<'wait_for a.service active/running; states a.service'
	rule order first a "|" start a
	rule without "start c|booted|stop c"
}
boot_restart_storm() {
	service a "/ev/ev -1 try a" Type=exec Restart=always RestartSec=50ms "[Unit]" StartLimitBurst=3 StartLimitIntervalSec=60
	oneshot b
	wanted a.service b.service
	shown b.service
	play <<<'wait_for a.service failed/failed; states a.service b.service; system'
	option shows=no
	rule without booted
}
boot_dies_after_start() {
	daemon a status=4
	oneshot bound "[Unit]" BindsTo=a.service After=a.service
	oneshot requiring "[Unit]" Requires=a.service After=a.service
	oneshot part "[Unit]" PartOf=a.service After=a.service
	wanted bound.service requiring.service part.service
	play <<-'P'
		run systemctl kill -s USR1 a.service
		wait_for a.service failed/failed
		wait_for bound.service inactive/dead
		states
		system
	P
	rule order start a "|" start bound "|" signal USR1 a "|" stop bound
}
boot_cycle_through_a_wanted_unit() {
	oneshot a "[Unit]" After=c.service
	oneshot b "[Unit]" After=a.service Requires=a.service
	oneshot c "[Unit]" After=b.service
	unit default.target <<<$'[Unit]\nRequires=basic.target a.service b.service\nAfter=basic.target a.service b.service\nWants=c.service\nAllowIsolate=yes'
	shown a.service b.service c.service
	rule exact
}
boot_cycle_with_a_target() {
	oneshot a "[Unit]" After=t.target
	unit t.target <<<$'[Unit]\nWants=a.service\nAfter=a.service'
	oneshot b "[Unit]" Requires=t.target After=t.target
	unit default.target <<<$'[Unit]\nRequires=basic.target b.service\nAfter=basic.target b.service\nAllowIsolate=yes'
	shown a.service b.service t.target
	rule exact
}
