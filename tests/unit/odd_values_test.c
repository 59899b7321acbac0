/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/defaults.h"
#include "unit/directive.h"
#include "unit/load.h"

/* What `systemctl show` of systemd 257 says of a unit with these lines, beside the least that makes it one. */
static const struct {
	const char *type, *lines, *property, *value;
} odd[] = {
	{ "service", "[Unit]\nAfter=dev-disk-by\\x2dlabel-x.device", "Wants", "" },
	{ "service", "[Unit]\nWants=\"a.service\" b.service", "Wants", "b.service" },
	{ "service", "[Unit]\nRequiresMountsFor=/x\\x20y", "RequiresMountsFor", "/xx20y" },
	{ "service", "[Unit]\nRequiresMountsFor=/x/../y", "RequiresMountsFor", "" },
	{ "service", "SuccessExitStatus=\"3\" '4'", "SuccessExitStatus", "" },
	{ "service", "KillMode=mixed\nKillMode=", "KillMode", "control-group" },
	{ "service", "Slice=q.slice\nSlice=a@b.slice", "Slice", "q.slice" },
	{ "service", "ReadWritePaths=-+/a", "ReadWritePaths", "-+/a" },
	{ "service", "ReadWritePaths=+-/a", "ReadWritePaths", "" },
	{ "service", "ReadWritePaths=/a/../b", "ReadWritePaths", "" },
	{ "service", "ReadWritePaths=/a\\x20b", "ReadWritePaths", "/ax20b" },
	{ "service", "BindPaths=/a", "BindPaths", "/a:/a:rbind" },
	{ "service", "BindPaths=-/a", "BindPaths", "-/a:/a:rbind" },
	{ "service", "BindPaths=/a:/b:norbind", "BindPaths", "/a:/b" },
	{ "service", "BindPaths=/a:/b:bogus", "BindPaths", "" },
	{ "service", "BindPaths=\"/a b\":/c", "BindPaths", "/a b:/c:rbind" },
	{ "service", "BindPaths=/a: /b", "BindPaths", "/b:/b:rbind" },
	{ "service", "BindPaths=+/a", "BindPaths", "" },
	{ "service", "BindPaths=/a:/b/../c", "BindPaths", "" },
	{ "service", "TemporaryFileSystem=/a:", "TemporaryFileSystem", "/a" },
	{ "service", "TemporaryFileSystem=-/a", "TemporaryFileSystem", "" },
	{ "service", "TemporaryFileSystem=/%n:mode=%i", "TemporaryFileSystem", "/odd.service:mode=%i" },
	{ "service", "RuntimeDirectory=\"a b\"", "RuntimeDirectory", "\"a b\"" },
	{ "service", "RuntimeDirectory=a:x a:y", "RuntimeDirectory", "a" },
	{ "service", "RuntimeDirectory=a a:x", "RuntimeDirectorySymlink", "a:x" },
	{ "service", "RuntimeDirectory=foo:private", "RuntimeDirectory", "foo" },
	{ "service", "RuntimeDirectory=foo:bar:baz", "RuntimeDirectory", "" },
	{ "service", "RuntimeDirectory=foo:bar:ro", "RuntimeDirectorySymlink", "foo:bar" },
	{ "service", "ConfigurationDirectory=foo:bar baz", "ConfigurationDirectory", "baz" },
	{ "service", "StandardInput=fd:x", "StandardOutput", "inherit" },
	{ "service", "StandardInput=fd:a:b", "StandardInput", "null" },
	{ "service", "StandardOutput=null\nStandardOutput=inherit", "StandardOutput", "journal" },
	{ "service", "StandardOutput=null\nStandardOutput=file:x", "StandardOutput", "null" },
	{ "service", "StandardOutput=fd", "StandardOutputFileDescriptorName", "stdout" },
	{ "service", "StandardInputText=1\nStandardInputText=\\q", "StandardInputData", "MQo=" },
	{ "service", "StandardInputData=YWI=", "StandardInputData", "YWI=" },
	{ "service", "StandardInputText=1\nStandardInputData=YWJ", "StandardInputData", "MQo=" },
	{ "service", "StandardInputText=1\nStandardInputData=YQ==YQ==", "StandardInputData", "MQo=" },
	{ "service", "StandardInputData=YWJj YWJj", "StandardInputData", "YWJjYWJj" },
	{ "service", "TimerSlackNSec=1.5us", "TimerSlackNSec", "1500" },
	{ "service", "TimerSlackNSec=100us 50ns", "TimerSlackNSec", "100050" },
	{ "service", "TimerSlackNSec=10 us5", "TimerSlackNSec", "10005" },
	{ "service", "TimerSlackNSec=1M", "TimerSlackNSec", "2629800000000000" },
	{ "service", "IOSchedulingPriority=2\nIOSchedulingClass=none", "IOSchedulingPriority", "4" },
	{ "service", "IOSchedulingClass=idle\nIOSchedulingClass=0", "IOSchedulingClass", "2" },
	{ "service", "IOSchedulingPriority=2\nIOSchedulingClass=", "IOSchedulingPriority", "4" },
	{ "service", "CPUSchedulingPolicy=2", "CPUSchedulingPriority", "1" },
	{ "service", "CPUSchedulingPriority=50\nCPUSchedulingPolicy=3", "CPUSchedulingPriority", "0" },
	{ "service", "CPUSchedulingPriority=50\nCPUSchedulingPolicy=", "CPUSchedulingPriority", "0" },
	{ "service", "LimitNICE=3\nLimitNICE=", "LimitNICE", "3" },
	{ "service", "TimeoutAbortSec=0", "TimeoutAbortUSec", "0" },
	{ "service", "RestartSec=584542y", "RestartUSec", "100ms" },
	{ "service", "RestartMaxDelaySec=5", "RestartMaxDelayUSec", "5s" },
	{ "service", "RestartMaxDelaySec=0", "RestartUSec", "0" },
	{ "service", "Environment=A=\\n", "Environment", "\"A=\\n\"" },
	{ "service", "Environment=A=x\\ty", "Environment", "\"A=x\\ty\"" },
	{ "service", "SupplementaryGroups=\"root\"", "SupplementaryGroups", "\"\\\"root\\\"\"" },
	{ "service", "ExecSearchPath=/q\nExecSearchPath=/usr/bin:bin:/x", "ExecSearchPath", "/q /usr/bin" },
	{ "service", "ExecSearchPath=/a:/a", "ExecSearchPath", "/a /a" },
	{ "service", "SecureBits=noroot\nSecureBits=keep-caps", "SecureBits", "16" },
	{ "service", "SystemCallErrorNumber=EIO\nSystemCallErrorNumber=eperm", "SystemCallErrorNumber", "1" },
	{ "service", "SystemCallErrorNumber=EIO\nSystemCallErrorNumber=0", "SystemCallErrorNumber", "5" },
	{ "service", "SystemCallFilter=~read:bogus write", "SystemCallFilter", "~write" },
	{ "service", "SystemCallErrorNumber=EWOULDBLOCK", "SystemCallErrorNumber", "11" },
	{ "service", "CoredumpFilter=all", "CoredumpFilter", "0xffffffff" },
	{ "service", "CoredumpFilter=0x1\nCoredumpFilter=-1", "CoredumpFilter", "0x1" },
	{ "service", "ProtectSystem=full\nProtectSystem=", "ProtectSystem", "full" },
	{ "service", "KeyringMode=shared\nKeyringMode=", "KeyringMode", "shared" },
	{ "service", "ProcSubset=pid\nProcSubset=", "ProcSubset", "pid" },
	{ "service", "Personality=x86\nPersonality=", "Personality", "" },
	{ "service", "[Unit]\nCollectMode=inactive-or-failed\nCollectMode=", "CollectMode", "inactive-or-failed" },
	{ "service", "[Unit]\nOnFailureJobMode=fail\nOnFailureJobMode=", "OnFailureJobMode", "fail" },
	{ "service", "LoadCredential=a:/x y", "Type", "exec" },
	{ "service", "SetCredential=a", "Type", "simple" },
	{ "service", "SetCredential=a:", "Type", "simple" },
	{ "service", "SetCredential=a/b:c", "Type", "simple" },
	{ "service", "SetCredential=a:b", "Type", "exec" },
	{ "service", "ImportCredential=a*b", "ImportCredential", "" },
	{ "service", "PAMName=x", "SetLoginEnvironment", "yes" },
	{ "service", "AmbientCapabilities=0x1", "AmbientCapabilities", "cap_dac_override" },
	{ "service", "CapabilityBoundingSet=\nCapabilityBoundingSet=CAP_CHOWN \"CAP_KILL", "CapabilityBoundingSet", "cap_chown cap_kill" },
	{ "service", "RestrictAddressFamilies=~AF_INET AF_UNIX\nRestrictAddressFamilies=AF_UNIX", "RestrictAddressFamilies", "~AF_INET" },
	{ "service", "RestrictAddressFamilies=AF_UNIX AF_INET\nRestrictAddressFamilies=~AF_UNIX", "RestrictAddressFamilies", "AF_INET" },
	{ "service", "RestrictAddressFamilies=AF_UNIX\nRestrictAddressFamilies=~AF_UNIX", "RestrictAddressFamilies", "" },
	{ "service", "RestrictAddressFamilies=~AF_UNIX\nRestrictAddressFamilies=none", "RestrictAddressFamilies", "" },
	{ "service", "RestrictAddressFamilies=AF_UNIX\nRestrictAddressFamilies=af_unix", "RestrictAddressFamilies", "AF_UNIX" },
	{ "service", "RestrictAddressFamilies=AF_LOCAL", "RestrictAddressFamilies", "AF_UNIX" },
	{ "service", "RestrictAddressFamilies=~AF_UNIX\nRestrictAddressFamilies=", "RestrictAddressFamilies", "~" },
	{ "service", "OpenFile=/x:n:", "OpenFile", "/x:n" },
	{ "service", "OpenFile=/q\nOpenFile=/x:name:bogus", "OpenFile", "/q" },
	{ "service", "OpenFile=/q\nOpenFile=/x:name:truncate,append", "OpenFile", "/q" },
	{ "service", "OpenFile=/x:%n", "OpenFile", "/x:%n" },
	{ "service", "User=-x", "User", "-x" },
	{ "service", "User=00", "LoadState", "bad-setting" },
	{ "service", "User=-1", "LoadState", "bad-setting" },
	{ "service", "User=0", "User", "0" },
	{ "socket", "BindIPv6Only=yes", "BindIPv6Only", "ipv6-only" },
	{ "socket", "Timestamping=usec", "Timestamping", "us" },
	{ "socket", "Timestamping=us\nTimestamping=", "Timestamping", "us" },
	{ "socket", "SocketProtocol=UDPLITE", "SocketProtocol", "136" },
	{ "socket", "SocketProtocol=sctp\nSocketProtocol=", "SocketProtocol", "132" },
	{ "socket", "IPTOS=5\nIPTOS=", "IPTOS", "-1" },
	{ "socket", "FileDescriptorName=q\nFileDescriptorName=é", "FileDescriptorName", "q" },
	{ "socket", "BindToDevice=lo\nBindToDevice=all", "BindToDevice", "lo" },
	{ "socket", "BindToDevice=lo\nBindToDevice=0x1", "BindToDevice", "lo" },
	{ "socket", "BindToDevice=lo\nBindToDevice=%p", "BindToDevice", "lo" },
	{ "socket", "ReceiveBuffer=infinity", "ReceiveBuffer", "0" },
	{ "socket", "TCPCongestion=%n", "TCPCongestion", "%n" },
	{ "socket", "Service=q.service\nService=a@.service", "Triggers", "q.service" },
	{ "socket", "Symlinks=/q\nSymlinks=-/a", "Symlinks", "/q" },
	{ "socket", "Symlinks=/q\nSymlinks=/a/../b", "Symlinks", "/q" },
	{ "socket", "[Socket]\nListenStream=0x50", "Listen", "[::]:80 (Stream)" },
	{ "socket", "[Socket]\nListenStream=080", "LoadState", "bad-setting" },
	{ "socket", "[Socket]\nListenSequentialPacket=80", "LoadState", "bad-setting" },
	{ "socket", "[Socket]\nListenSequentialPacket=/run/a", "Listen", "/run/a (SequentialPacket)" },
	{ "socket", "[Socket]\nListenStream=@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "LoadState", "bad-setting" },
	{ "socket", "[Socket]\nListenStream=vsock::1234", "Listen", "vsock::1234 (Stream)" },
	{ "socket", "[Socket]\nListenStream=vsock:a:5", "LoadState", "bad-setting" },
	{ "socket", "[Socket]\nListenNetlink=route", "Listen", "route 0 (Netlink)" },
	{ "socket", "[Socket]\nListenNetlink=/run/a", "LoadState", "bad-setting" },
	{ "socket", "[Socket]\nListenNetlink=audit 0x5", "Listen", "audit 5 (Netlink)" },
	{ "timer", "Unit=q.service\nUnit=a.service", "Unit", "q.service" },
	{ "timer", "Unit=a@.service", "Unit", "a@odd.service" },
	{ "timer", "OnCalendar=12:00:00.1234567", "TimersCalendar", "{ OnCalendar=*-*-* 12:00:00.123457 ; next_elapse=(null) }" },
};

static const char *beginning_of(const char *type)
{
	return streq(type, "service") ? "[Service]\nExecStart=/bin/true\n"
	       : streq(type, "timer") ? "[Timer]\nOnActiveSec=1h\n"
	       : streq(type, "path")  ? "[Path]\nPathExists=/x\n"
				      : "[Socket]\nListenStream=/run/k.sock\n";
}

static void odd_values_are_understood_as_systemd_understands_them(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		struct arena a CLEANUP_ARENA = { 0 };
		struct diag_list diags = { .arena = &a };
		const char *id = arena_printf(&a, "odd.%s", odd[i].type);
		struct unit u = { .id = id, .type = name_type(id) };
		bool whole = odd[i].lines[0] == '[' && !str_has_prefix(odd[i].lines, "[Unit]");
		char *text = arena_printf(&a, "%s%s\n", whole ? "" : beginning_of(odd[i].type),
					  odd[i].lines);
		const struct load_context c = { .arena = &a, .diags = &diags, .unit = &u };
		struct map shown;
		const char *value;

		unit_defaults_init(&u);
		strv_add(&u.names, &a, id);
		if (load_text(&c, text, strlen(text), "x") < 0) {
			u.load_state = UNIT_BAD_SETTING;
		} else {
			unit_defaults_finish(&u, &a, &diags);
		}
		directive_show(&u, &a, &shown);
		value = streq(odd[i].property, "LoadState") ? unit_load_state_name(u.load_state)
							   : map_get(&shown, odd[i].property);
		if (!value || !streq(value, odd[i].value)) {
			fail_msg("%s: %s is '%s', not '%s'", odd[i].lines, odd[i].property,
				 str_or_empty(value), odd[i].value);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_values_are_understood_as_systemd_understands_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
