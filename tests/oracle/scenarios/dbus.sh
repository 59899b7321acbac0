# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Type=dbus on a real bus: the name makes the service started, and its loss ends it. The service speaks D-Bus itself, with what perl-base has.

# bus_up: the bus runs, root may own org.soloctl.*, and /ev/owner NAME [WAIT] owns a name after WAIT seconds (-1: never) until
# SIGUSR1 makes it give the name up and SIGTERM end it.
bus_up() {
	mkdir -p /etc/dbus-1/system.d
	cat >/etc/dbus-1/system.d/soloctl.conf <<'END'
<busconfig><policy user="root"><allow own_prefix="org.soloctl"/><allow send_destination="*"/></policy></busconfig>
END
	quietly systemctl start dbus.service
	quietly systemctl reload dbus.service
	cat >/ev/owner <<'END'
#!/usr/bin/perl
use strict; use IO::Socket::UNIX;
my ($name, $wait) = @ARGV;
my $serial = 0;
sub ev { open my $log, '>>', '/ev/log'; syswrite $log, "@_\n" }
sub text { pack('V/a* x', $_[0]) }
sub pad { $_[0] . "\0" x (-length($_[0]) % $_[1]) }
sub field { my ($before, $code, $type, $text) = @_; pad($before, 8) . pack('CCa1x', $code, 1, $type) . ($type eq 'g' ? pack('C/a* x', $text) : text($text)) }
my $bus = IO::Socket::UNIX->new('/run/dbus/system_bus_socket') or die "no bus";
sub call {
	my ($member, $signature, $body) = @_;
	my $fields = field(field('', 1, 'o', '/org/freedesktop/DBus'), 6, 's', 'org.freedesktop.DBus');
	$fields = field(field($fields, 2, 's', 'org.freedesktop.DBus'), 3, 's', $member);
	$fields = field($fields, 8, 'g', $signature) if $signature;
	syswrite $bus, pack('aCCCVVV', 'l', 1, 0, 1, length $body, ++$serial, length $fields) . pad($fields, 8) . $body;
}
$SIG{USR1} = sub { ev('release'); call('ReleaseName', 's', text($name)) };
$SIG{TERM} = sub { ev('term'); exit 0 };
syswrite $bus, "\0AUTH EXTERNAL " . unpack('H*', "$>") . "\r\n";
sysread $bus, my $ok, 1000;
syswrite $bus, "BEGIN\r\n";
call('Hello', '', '');
if ($wait > 0) { select undef, undef, undef, $wait }
call('RequestName', 'su', pad(text($name), 4) . pack('V', 4)) if $wait >= 0;
ev('asked');
while (1) { my $n = sysread $bus, my $buf, 65536; last if defined $n && $n == 0; }
END
	chmod 755 /ev/owner
}
# Where PID 1 is no manager, nothing of the bus stays for the scenarios after these.
bus_down() { [ "$(cat /proc/1/comm)" = systemd ] || quietly systemctl stop dbus.service dbus.socket; }

scenario_dbus_name_makes_it_started() {
	bus_up
	unit a.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.A\nExecStart=/ev/owner org.soloctl.A 1\nExecStartPost=/ev/ev post'
	run systemctl start a.service
	state a.service
	# Owner of the name it is before it can say that it asked.
	until_events 2
	sorted_events
	run systemctl stop a.service
	state a.service
	events
	bus_down
}
scenario_dbus_is_the_default_with_a_name() {
	bus_up
	unit a.service <<<$'[Service]\nBusName=org.soloctl.A\nExecStart=/ev/owner org.soloctl.A 1'
	run systemctl start a.service
	props a.service Type BusName ActiveState SubState
	until_events 1
	run systemctl restart a.service
	until_events 3
	state a.service
	events
	bus_down
}
scenario_dbus_name_never_comes() {
	bus_up
	unit a.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.A\nTimeoutStartSec=2\nExecStart=/ev/owner org.soloctl.A -1'
	run systemctl --no-block start a.service
	wait_for a.service activating/start
	state a.service
	wait_for a.service failed/failed
	state a.service
	events
	bus_down
}
scenario_dbus_name_is_lost() {
	bus_up
	unit a.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.A\nExecStart=/ev/owner org.soloctl.A 0\nExecStop=/ev/ev stop'
	run systemctl start a.service
	until_events 1
	state a.service
	run systemctl kill -s USR1 --kill-whom=main a.service
	wait_for a.service inactive/dead
	state a.service
	events
	bus_down
}
scenario_dbus_name_is_lost_and_restarted() {
	bus_up
	unit a.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.A\nRestart=always\nRestartSec=1\nExecStart=/ev/owner org.soloctl.A 0'
	run systemctl start a.service
	until_events 1
	run systemctl kill -s USR1 --kill-whom=main a.service
	wait_for a.service activating/auto-restart
	wait_for a.service active/running
	until_events 3
	state a.service
	run systemctl stop a.service
	events
	bus_down
}
scenario_dbus_another_name() {
	bus_up
	unit a.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.A\nTimeoutStartSec=2\nExecStart=/ev/owner org.soloctl.B 0'
	run systemctl start a.service
	state a.service
	bus_down
}
scenario_dbus_exits_before_the_name() {
	bus_up
	unit a.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.A\nExecStart=/bin/true'
	unit b.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.B\nExecStart=/bin/false'
	unit c.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.C\nRemainAfterExit=yes\nExecStart=/bin/true'
	unit d.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.D\nExecStart=/no/such/thing'
	run systemctl start a.service
	state a.service
	run systemctl start b.service
	state b.service
	run systemctl start c.service
	state c.service
	run systemctl start d.service
	state d.service
	bus_down
}
scenario_dbus_main_dies() {
	bus_up
	unit a.service <<<$'[Service]\nType=dbus\nBusName=org.soloctl.A\nExecStart=/ev/owner org.soloctl.A 0'
	run systemctl start a.service
	run systemctl kill -s KILL --kill-whom=main a.service
	wait_for a.service failed/failed
	state a.service
	bus_down
}
scenario_dbus_without_a_name() {
	unit a.service <<<$'[Service]\nType=dbus\nExecStart=/bin/true'
	run systemctl start a.service
	props a.service LoadState
}
