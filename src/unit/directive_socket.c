/* SPDX-License-Identifier: MIT */

/* [Socket]. */

#include "directive_internal.h"

#define MAN "systemd.socket(5)"

#define NOTE_LSM "security modules belong to the host"
#define NOTE_POLL "TriggerLimitBurst= limits the activations"

/* Sorted by name in byte order. */
static const struct directive socket_rows[] = {
	WORKS("Accept", bool, socket.accept, 0, NULL, bool),
	WORKS("Backlog", unsigned, socket.backlog, 0, NULL, backlog),
	WORKS("BindIPv6Only", choice, socket.bind_ipv6_only, CHOICE_BIND_IPV6, NULL, choice),
	WORKS("BindToDevice", interface, socket.bind_to_device, 0, NULL, string),
	WORKS("Broadcast", bool, socket.broadcast, 0, NULL, bool),
	WORKS("DeferAcceptSec", span, socket.defer_accept, 0, "DeferAcceptUSec", span),
	WORKS("DirectoryMode", mode, socket.directory_mode, 0, NULL, mode),
	WORKS("ExecStartPost", commands, socket.start_post, 0, NULL, commands),
	WORKS("ExecStartPre", commands, socket.start_pre, 0, NULL, commands),
	WORKS("ExecStopPost", commands, socket.stop_post, 0, NULL, commands),
	WORKS("ExecStopPre", commands, socket.stop_pre, 0, NULL, commands),
	WORKS("FileDescriptorName", fd_name, socket.fd_name, 0, NULL, fd_name),
	WORKS("FlushPending", bool, socket.flush_pending, 0, NULL, bool),
	WORKS("FreeBind", bool, socket.free_bind, 0, NULL, bool),
	WORKS("IPTOS", ip_tos, socket.ip_tos, 0, NULL, int),
	WORKS("IPTTL", int, socket.ip_ttl, 0, NULL, int),
	WORKS("KeepAlive", bool, socket.keep_alive, 0, NULL, bool),
	WORKS("KeepAliveIntervalSec", span, socket.keep_alive_interval, 0, "KeepAliveIntervalUSec",
	      span),
	WORKS("KeepAliveProbes", unsigned, socket.keep_alive_probes, 0, NULL, unsigned),
	WORKS("KeepAliveTimeSec", span, socket.keep_alive_time, 0, "KeepAliveTimeUSec", span),
	WORKS("ListenDatagram", socket_listen, socket.ports, 0, NULL, none),
	WORKS("ListenFIFO", socket_listen, socket.ports, 0, NULL, none),
	WORKS("ListenMessageQueue", socket_listen, socket.ports, 0, NULL, none),
	WORKS("ListenNetlink", socket_listen, socket.ports, 0, NULL, none),
	WORKS("ListenSequentialPacket", socket_listen, socket.ports, 0, NULL, none),
	WORKS("ListenSpecial", socket_listen, socket.ports, 0, NULL, none),
	WORKS("ListenStream", socket_listen, socket.ports, 0, "Listen", listen),
	VAIN("ListenUSBFunction", socket_listen, socket.ports, 0, NULL, none,
	     "needs USB gadget hardware"),
	WORKS("Mark", int, socket.mark, 0, NULL, int),
	WORKS("MaxConnections", unsigned, socket.max_connections, 0, NULL, unsigned),
	WORKS("MaxConnectionsPerSource", unsigned, socket.max_connections_per_source, 0, NULL,
	      unsigned),
	WORKS("MessageQueueMaxMessages", int, socket.mq_max_messages, 0, NULL, int),
	WORKS("MessageQueueMessageSize", int, socket.mq_message_size, 0, NULL, int),
	WORKS("NoDelay", bool, socket.no_delay, 0, NULL, bool),
	WORKS("PassCredentials", bool, socket.pass_credentials, 0, NULL, bool),
	KEPT("PassFileDescriptorsToExec", bool, 0, NULL, "no"),
	WORKS("PassPacketInfo", bool, socket.pass_packet_info, 0, NULL, bool),
	WORKS("PassSecurity", bool, socket.pass_security, 0, NULL, bool),
	WORKS("PipeSize", size, socket.pipe_size, 0, NULL, size),
	TEXT("PollLimitBurst", unsigned, 0, NULL, "15", NOTE_POLL),
	TEXT("PollLimitIntervalSec", span, 0, "PollLimitIntervalUSec", "2s", NOTE_POLL),
	WORKS("Priority", int, socket.priority, 0, NULL, int),
	WORKS("ReceiveBuffer", size, socket.receive_buffer, 0, NULL, size),
	WORKS("RemoveOnStop", bool, socket.remove_on_stop, 0, NULL, bool),
	WORKS("ReusePort", bool, socket.reuse_port, 0, NULL, bool),
	TEXT("SELinuxContextFromNet", bool, 0, NULL, NULL, NOTE_LSM),
	WORKS("SendBuffer", size, socket.send_buffer, 0, NULL, size),
	WORKS("Service", socket_service, socket.service, 0, NULL, none),
	TEXT("SmackLabel", raw, 0, NULL, NULL, NOTE_LSM),
	TEXT("SmackLabelIPIn", raw, 0, NULL, NULL, NOTE_LSM),
	TEXT("SmackLabelIPOut", raw, 0, NULL, NULL, NOTE_LSM),
	WORKS("SocketGroup", user, socket.socket_group, 0, NULL, string),
	WORKS("SocketMode", mode, socket.socket_mode, 0, NULL, mode),
	WORKS("SocketProtocol", choice, socket.protocol, CHOICE_SOCKET_PROTOCOL, NULL, protocol),
	WORKS("SocketUser", user, socket.socket_user, 1, NULL, string),
	WORKS("Symlinks", path_words, socket.symlinks, 0, NULL, words),
	WORKS("TCPCongestion", string, socket.tcp_congestion, 0, NULL, string),
	WORKS("TimeoutSec", span, socket.timeout, DIRECTIVE_SPAN_ZERO_IS_INFINITE, "TimeoutUSec",
	      span),
	WORKS("Timestamping", choice, socket.timestamping, CHOICE_TIMESTAMPING, NULL, choice),
	WORKS("Transparent", bool, socket.transparent, 0, NULL, bool),
	WORKS("TriggerLimitBurst", unsigned, socket.trigger_limit_burst, 0, NULL, unsigned),
	WORKS("TriggerLimitIntervalSec", span, socket.trigger_limit_interval, 0,
	      "TriggerLimitIntervalUSec", span),
	WORKS("Writable", bool, socket.writable, 0, NULL, bool),
};

GROUP(socket, "Socket", socket_rows);
