# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Order at boot and at the end, without surprises.

boot_chain() {
	oneshot a
	oneshot b "[Unit]" After=a.service
	daemon c -- "[Unit]" After=b.service
	oneshot d "[Unit]" After=c.service
	wanted a.service b.service c.service d.service
	rule exact
}
boot_before_is_after_of_the_other() {
	oneshot a "[Unit]" Before=b.service
	oneshot b "[Unit]" Before=c.service
	oneshot c
	wanted c.service b.service a.service
	rule exact
}
boot_order_does_not_pull_in() {
	oneshot a "[Unit]" After=missing.service other.service Before=nothing.target
	oneshot other
	wanted a.service
}
boot_slow_notify() {
	daemon slow ready=1.2
	oneshot after "[Unit]" After=slow.service Requires=slow.service
	oneshot beside
	wanted after.service beside.service
	rule order start beside "|" start after
	rule span start slow "|" start after "|" 1.2
}
boot_slow_pre() {
	oneshot slow "ExecStartPre=/bin/sleep 1.2" "ExecStartPost=/ev/ev post slow"
	oneshot after "[Unit]" After=slow.service
	wanted slow.service after.service
	rule exact
	rule span start slow "|" start after "|" 0
}
boot_idle_waits_for_all() {
	service lazy "/ev/ev lazy" Type=idle
	service slow "/bin/sleep 1" Type=oneshot "ExecStartPost=/ev/ev over slow" RemainAfterExit=yes
	wanted lazy.service slow.service
	shown slow.service
	play <<<'wait_event lazy'
	rule order over slow "|" lazy
	rule without lazy
}
boot_nested_targets() {
	unit stage1.target <<<$'[Unit]\nWants=a.service b.service'
	unit stage2.target <<<$'[Unit]\nRequires=stage1.target\nAfter=stage1.target\nWants=c.service'
	oneshot a
	daemon b ready=0.3
	oneshot c "[Unit]" After=stage1.target
	oneshot d "[Unit]" After=stage2.target
	wanted stage2.target d.service
	rule order start a "|" start c "|" start d
	rule order start b "|" start c
	rule order stop d "|" stop c "|" signal TERM b
	rule order stop c "|" stop a
}
boot_default_dependencies_no() {
	oneshot early "[Unit]" DefaultDependencies=no Before=sysinit.target
	oneshot late
	unit sysinit.target.wants/early.service <<<''
	rm "$dir/files/etc/systemd/system/sysinit.target.wants/early.service"
	ln -s ../early.service "$dir/files/etc/systemd/system/sysinit.target.wants/early.service"
	wanted late.service
	rule exact
}
boot_conditions_when_the_turn_comes() {
	service maker "/bin/sh -c '/ev/ev start maker; echo WORD=given >/run/made'" Type=oneshot RemainAfterExit=yes
	service reader '/ev/ev reader ${WORD}' Type=oneshot EnvironmentFile=/run/made "[Unit]" After=maker.service ConditionPathExists=/run/made
	oneshot never "[Unit]" After=maker.service ConditionPathExists=!/run/made
	wanted reader.service never.service maker.service
	rule exact
}
boot_templates() {
	unit x@.service <<-'U'
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=/ev/ev start x-%i
		ExecStop=/ev/ev stop x-%i
	U
	unit x@2.service.d/order.conf <<<$'[Unit]\nAfter=x@1.service'
	unit x@3.service.d/order.conf <<<$'[Unit]\nAfter=x@2.service\nRequires=x@2.service'
	wanted x@3.service x@1.service
	shown x@1.service x@2.service x@3.service
	rule exact
}
boot_dropins() {
	oneshot a
	unit a.service.d/10.conf <<<$'[Unit]\nAfter=b.service\nRequires=b.service'
	unit service.d/all.conf <<<$'[Service]\nExecStartPost=/ev/ev post %p'
	unit a.service.d/20.conf <<<$'[Service]\nExecStop=\nExecStop=/ev/ev another stop'
	oneshot b
	wanted a.service
	rule without "post (dbus|systemd|ldconfig|modprobe|kmod|user|getty|console|initrd|emergency|rescue|soloctl)"
	rule exact
}
boot_links_and_aliases() {
	local etc=$dir/files/etc/systemd/system
	oneshot a
	oneshot b "[Unit]" After=also.service
	mkdir -p "$etc/default.target.wants" "$etc/default.target.requires"
	ln -s ../b.service "$etc/default.target.wants/b.service"
	ln -s a.service "$etc/also.service"
	ln -s ../a.service "$etc/default.target.requires/also.service"
	play <<<'run systemctl show -P Id also.service'
	rule exact
}
boot_generator() {
	oneshot a
	file etc/systemd/system-generators/make 755 <<-'G'
		#!/bin/sh
		printf '[Unit]\nAfter=a.service\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/ev/ev start generated\nExecStop=/ev/ev stop generated\n' >"$1/generated.service"
		mkdir -p "$1/default.target.wants"
		ln -s ../generated.service "$1/default.target.wants/"
		printf '[Service]\nExecStartPost=/ev/ev post a\n' >/dev/null
		mkdir -p "$2/a.service.d"
		printf '[Service]\nExecStartPost=/ev/ev post a\n' >"$2/a.service.d/more.conf"
	G
	wanted a.service
	shown a.service generated.service
	rule exact
}
boot_masked() {
	ln -s /dev/null "$dir/files/etc/systemd/system/gone.service"
	oneshot needs "[Unit]" Requires=gone.service
	oneshot likes "[Unit]" Wants=gone.service After=gone.service
	wanted needs.service likes.service gone.service
	shown needs.service likes.service gone.service
}
boot_missing() {
	oneshot needs "[Unit]" Requires=missing.service
	oneshot likes "[Unit]" Wants=missing.service After=missing.service
	unit bad.service <<<$'[Service]\nType=notify'
	oneshot bound "[Unit]" BindsTo=bad.service
	wanted needs.service likes.service missing.service bound.service
	shown needs.service likes.service missing.service bound.service
}
# What tmpfiles.d says is made by a unit like others, for users that another unit has made before it.
boot_tmpfiles() {
	file usr/lib/sysusers.d/gauge.conf 644 <<<'u gauge - "made at boot"'
	file usr/lib/tmpfiles.d/gauge.conf 644 <<<'d /run/of-gauge 0750 gauge gauge'
	oneshot a
	wanted a.service
	play <<<'run stat -c "%U %a" /run/of-gauge'
}
boot_tmpfiles_masked() {
	file usr/lib/tmpfiles.d/gauge.conf 644 <<<'d /run/of-gauge 0750'
	unit systemd-tmpfiles-setup.service.d/none.conf <<<$'[Unit]\nConditionPathExists=/nowhere'
	oneshot a
	wanted a.service
	play <<<'run test -e /run/of-gauge'
}
