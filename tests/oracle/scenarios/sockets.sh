# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Socket units: what they listen on, what traffic starts, what services get.

# say PATH-OR-PORT WORD: connects, writes a line, prints what comes back within a moment.
say() {
	perl -MSocket -e '
		my ($where, $word) = @ARGV; my $s;
		if ($where =~ m{^/}) { socket($s, AF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un($where)) or die "no: $!\n"; }
		elsif ($where =~ m{^@}) { socket($s, AF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un("\0" . substr($where, 1))) or die "no: $!\n"; }
		else { socket($s, AF_INET, SOCK_STREAM, 0); connect($s, sockaddr_in($where, inet_aton("127.0.0.1"))) or die "no: $!\n"; }
		$s->autoflush(1) if $s->can("autoflush"); syswrite($s, "$word\n"); shutdown($s, 1);
		$SIG{ALRM} = sub { exit }; alarm 3; print "  got: $_" while <$s>;' "$1" "$2" 2>&1
}
# A service that writes what it got into the log of events, and takes connections from fd 3 for a while.
server='#!/usr/bin/perl
use Socket; open(my $l, "+<&=3") or die; open(my $e, ">>", "/ev/log");
print $e "fds=$ENV{LISTEN_FDS} names=$ENV{LISTEN_FDNAMES} pid=", ($ENV{LISTEN_PID} == $$ ? "mine" : "other"), "\n"; close $e;
for (1 .. ($ARGV[0] || 1)) { accept(my $c, $l) or die; my $w = <$c>; syswrite($c, "echo $w"); close $c; }'
a_server() { printf '%s\n' "$server" >/ev/server; chmod 755 /ev/server; }

scenario_socket_listens() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock'
	run systemctl start a.socket
	props a.socket ActiveState SubState Result
	stat -c '  %A %U:%G %F' /run/t-a.sock
	run systemctl is-active a.socket a.service
	run systemctl stop a.socket
	props a.socket ActiveState SubState Result
	[ -S /run/t-a.sock ] && echo "  still there"
	rm -f /run/t-a.sock
}
scenario_socket_activates() {
	a_server
	unit a.service <<<$'[Service]\nExecStart=/ev/server 2'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock'
	quietly systemctl start a.socket
	say /run/t-a.sock one
	wait_for a.service active/running
	wait_for a.socket active/running
	say /run/t-a.sock two
	wait_for a.service inactive/dead
	wait_for a.socket active/listening
	events
	say /run/t-a.sock three
	wait_for a.socket active/running
	quietly systemctl stop a.socket a.service
	events
}
scenario_socket_service_started_by_hand() {
	a_server
	unit a.service <<<$'[Service]\nExecStart=/ev/server'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nListenStream=127.0.0.1:7801\nFileDescriptorName=door'
	quietly systemctl start a.socket
	run systemctl start a.service
	wait_for a.socket active/running
	settle
	events
	run systemctl stop a.service
	wait_for a.socket active/listening
}
scenario_socket_refuses_running_service() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock'
	quietly systemctl start a.service
	run systemctl start a.socket
	props a.socket ActiveState SubState Result
}
scenario_socket_without_service() {
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock'
	run systemctl start a.socket
	props a.socket ActiveState SubState Result
}
scenario_socket_without_listen() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nAccept=no'
	run systemctl start a.socket
	props a.socket LoadState ActiveState
}
scenario_socket_other_service() {
	a_server
	unit b.service <<<$'[Service]\nExecStart=/ev/server'
	unit a.socket <<<$'[Socket]\nListenStream=@t-abstract\nService=b.service'
	quietly systemctl start a.socket
	props a.socket Triggers
	props b.service TriggeredBy
	say @t-abstract hello
	wait_for b.service inactive/dead
	events
	wait_for a.socket active/listening
}
scenario_socket_two_of_one_service() {
	a_server
	unit a.service <<<$'[Service]\nExecStart=/ev/server\nSockets=a.socket b.socket'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nService=a.service'
	unit b.socket <<<$'[Socket]\nListenStream=/run/t-b.sock\nService=a.service'
	quietly systemctl start a.service
	props a.socket ActiveState
	props b.socket ActiveState
	settle
	events | sed 's/a.socket:b.socket/both/; s/b.socket:a.socket/both/'
}
scenario_socket_accept() {
	unit a@.service <<<$'[Service]\nExecStart=/bin/sh -c "read w; echo got $w; /ev/ev $w"\nStandardInput=socket\nStandardError=journal'
	unit a.socket <<<$'[Socket]\nListenStream=127.0.0.1:7802\nAccept=yes'
	quietly systemctl start a.socket
	say 7802 one
	say 7802 two
	props a.socket SubState NAccepted NRefused
	settle
	props a.socket NConnections
	events
	run systemctl stop a.socket
}
scenario_socket_accept_passes_fd() {
	unit a@.service <<<$'[Service]\nExecStart=/bin/sh -c "read w <&3; /ev/ev $w $LISTEN_FDS $LISTEN_FDNAMES $REMOTE_ADDR; echo bye >&3"'
	unit a.socket <<<$'[Socket]\nListenStream=127.0.0.1:7803\nAccept=yes'
	quietly systemctl start a.socket
	say 7803 one
	settle
	events
}
scenario_socket_accept_instance_names() {
	unit a@.service <<<$'[Service]\nExecStart=/bin/sh -c "/ev/ev %p %i"\nStandardInput=socket'
	unit a.socket <<<$'[Socket]\nListenStream=127.0.0.1:7804\nListenStream=/run/t-a.sock\nAccept=yes'
	quietly systemctl start a.socket
	say 7804 one
	say /run/t-a.sock one
	settle
	events | sed -E 's/127.0.0.1:[0-9]{5}/PEER/; s/ 1-[0-9]+-0/ 1-PID-0/'
}
scenario_socket_accept_max() {
	unit a@.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nStandardInput=socket'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nAccept=yes\nMaxConnections=2'
	quietly systemctl start a.socket
	for i in 1 2 3; do say /run/t-a.sock $i & done >/dev/null 2>&1
	sleep 1.5
	props a.socket NConnections NAccepted NRefused SubState
	quietly systemctl stop 'a@*'
	settle
	props a.socket NConnections
}
scenario_socket_accept_template_missing() {
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nAccept=yes'
	run systemctl start a.socket
	say /run/t-a.sock one >/dev/null
	wait_for a.socket failed/failed
	props a.socket Result
}
scenario_socket_modes() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-dir/sub/a.sock\nSocketMode=0640\nSocketUser=daemon\nSocketGroup=games\nDirectoryMode=0750\nRemoveOnStop=yes\nSymlinks=/run/t-link'
	run systemctl start a.socket
	stat -c '  %n %A %U:%G %F' /run/t-dir /run/t-dir/sub /run/t-dir/sub/a.sock
	echo "  $(readlink /run/t-link)"
	run systemctl stop a.socket
	ls -A /run/t-dir/sub /run/t-link 2>&1 | sed 's/^/  /'
	rm -rf /run/t-dir
}
scenario_socket_user_missing() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nSocketUser=nobody-here'
	run systemctl start a.socket
	props a.socket ActiveState Result
}
scenario_socket_commands() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nExecStartPre=/ev/ev pre\nExecStartPost=/ev/ev post\nExecStopPre=/ev/ev stop-pre\nExecStopPost=/ev/ev stop-post'
	run systemctl start a.socket
	run systemctl stop a.socket
	events
}
scenario_socket_pre_fails() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nExecStartPre=/bin/false\nExecStopPost=/ev/ev stop-post'
	run systemctl start a.socket
	props a.socket ActiveState SubState Result
	events
	run systemctl reset-failed a.socket
	props a.socket ActiveState SubState Result
}
scenario_socket_post_fails() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nExecStartPost=/bin/false\nExecStopPre=/ev/ev stop-pre\nExecStopPost=/ev/ev stop-post'
	run systemctl start a.socket
	props a.socket ActiveState SubState Result
	events
}
scenario_socket_address_in_use() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=127.0.0.1:7805'
	unit b.socket <<<$'[Socket]\nListenStream=127.0.0.1:7805'
	run systemctl start a.socket
	run systemctl start b.socket
	props b.socket ActiveState SubState Result
}
scenario_socket_fifo() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "read w <&3; /ev/ev $w $LISTEN_FDNAMES"'
	unit a.socket <<<$'[Socket]\nListenFIFO=/run/t-fifo\nSocketMode=0600'
	run systemctl start a.socket
	stat -c '  %A %F' /run/t-fifo
	echo word >/run/t-fifo
	settle
	wait_for a.service inactive/dead
	events
	quietly systemctl stop a.socket
	rm -f /run/t-fifo
}
scenario_socket_datagram() {
	printf '#!/usr/bin/perl\nopen(S, "+<&=3"); recv(S, my $w, 100, 0); system("/ev/ev", $w);\n' >/ev/datagram
	chmod 755 /ev/datagram
	unit a.service <<<$'[Service]\nExecStart=/ev/datagram'
	unit a.socket <<<$'[Socket]\nListenDatagram=127.0.0.1:7806'
	quietly systemctl start a.socket
	perl -MSocket -e 'socket(my $s, AF_INET, SOCK_DGRAM, 0); send($s, "word", 0, sockaddr_in(7806, inet_aton("127.0.0.1")))'
	settle
	wait_for a.service inactive/dead
	events
}
scenario_socket_service_fails_for_ever() {
	unit a.service <<<$'[Service]\nExecStart=/bin/false'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock'
	quietly systemctl start a.socket
	say /run/t-a.sock one >/dev/null
	wait_for a.socket failed/failed 20
	props a.socket Result
}
scenario_socket_trigger_limit() {
	unit a.service <<<$'[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/bin/true'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nTriggerLimitIntervalSec=20\nTriggerLimitBurst=3'
	quietly systemctl start a.socket
	say /run/t-a.sock one >/dev/null
	wait_for a.socket failed/failed 20
	props a.socket Result
}
scenario_socket_condition_of_service() {
	unit a.service <<<$'[Unit]\nConditionPathExists=/no/such\n[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nTriggerLimitIntervalSec=20\nTriggerLimitBurst=3'
	quietly systemctl start a.socket
	say /run/t-a.sock one >/dev/null
	wait_for a.socket failed/failed 20
	props a.socket Result
}
scenario_socket_stop_service_warns() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock'
	quietly systemctl start a.socket
	quietly systemctl start a.service
	run systemctl stop a.service
	run systemctl stop a.socket a.service
}
scenario_socket_lists() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a@.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nListenDatagram=127.0.0.1:7807\nListenFIFO=/run/t-fifo'
	unit b.socket <<<$'[Socket]\nListenStream=7808\nService=a.service'
	quietly systemctl start a.socket b.socket
	run systemctl list-sockets a.socket b.socket
	run systemctl list-sockets --show-types a.socket b.socket
	run systemctl --no-legend list-units a.socket b.socket
	props a.socket Listen FileDescriptorName NAccepted NConnections Accept Triggers
	run systemctl status -n 0 a.socket
	rm -f /run/t-fifo
}
scenario_socket_restart() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock'
	run systemctl start a.socket
	run systemctl restart a.socket
	props a.socket ActiveState SubState
	run systemctl reload a.socket
	run systemctl try-restart a.socket
	props a.socket ActiveState SubState
}
scenario_socket_passes_fds_to_its_commands() {
	unit a.socket <<'END'
[Socket]
ListenStream=/run/t-a.sock
ListenDatagram=/run/t-b.sock
FileDescriptorName=thing
PassFileDescriptorsToExec=yes
ExecStartPre=/bin/sh -c '/ev/ev pre $${LISTEN_FDS-none}'
ExecStartPost=/bin/sh -c '/ev/ev post $${LISTEN_FDS-none} $$LISTEN_FDNAMES $$([ "$$LISTEN_PID" = $$$$ ] && [ -S /proc/self/fd/4 ] && echo sockets)'
ExecStopPre=/bin/sh -c '/ev/ev stop-pre $${LISTEN_FDS-none}'
END
	unit a.service <<<$'[Service]\nExecStart=/bin/cat'
	run systemctl start a.socket
	run systemctl stop a.socket
	events
	props a.socket PassFileDescriptorsToExec
}
# From one activation to the next the count begins anew: without Accept= it is the trigger limit that counts.
scenario_socket_poll_limit() {
	unit a.service <<<$'[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/ev/ev started'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nPollLimitIntervalSec=1000\nPollLimitBurst=2\nTriggerLimitIntervalSec=1000\nTriggerLimitBurst=4'
	quietly systemctl start a.socket
	say /run/t-a.sock one >/dev/null
	wait_for a.socket failed/failed 20
	events
	props a.socket Result PollLimitIntervalUSec PollLimitBurst
}
scenario_socket_poll_limit_accept() {
	unit a@.service <<<$'[Service]\nStandardInput=socket\nExecStart=/ev/ev served'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nListenStream=/run/t-c.sock\nAccept=yes\nPollLimitIntervalSec=1000\nPollLimitBurst=2'
	unit b.socket <<<$'[Socket]\nListenStream=/run/t-b.sock\nAccept=yes\nService=b@.service\nPollLimitIntervalSec=7'
	quietly systemctl start a.socket
	say /run/t-a.sock one >/dev/null
	say /run/t-a.sock two >/dev/null
	say /run/t-a.sock three >/dev/null
	say /run/t-c.sock of-another >/dev/null
	until_events 3
	quietly sleep 1
	events
	props a.socket NAccepted
	props b.socket PollLimitIntervalUSec PollLimitBurst
	state a.socket
}
scenario_socket_poll_limit_goes_on() {
	unit a@.service <<<$'[Service]\nStandardInput=socket\nExecStart=/ev/ev served'
	unit a.socket <<<$'[Socket]\nListenStream=/run/t-a.sock\nAccept=yes\nPollLimitIntervalSec=2\nPollLimitBurst=1'
	quietly systemctl start a.socket
	say /run/t-a.sock one >/dev/null
	say /run/t-a.sock two >/dev/null
	say /run/t-a.sock three >/dev/null
	until_events 3
	events
	props a.socket NAccepted
}
