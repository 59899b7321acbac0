/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/signals.h"

#define RT_FIRST SIGNALS_RTMIN
#define RT_LAST 64

static const char *const signal_names[] = {
    [SIGHUP] = "HUP",	    [SIGINT] = "INT",	    [SIGQUIT] = "QUIT", [SIGILL] = "ILL",
    [SIGTRAP] = "TRAP",	    [SIGABRT] = "ABRT",	    [SIGBUS] = "BUS",	[SIGFPE] = "FPE",
    [SIGKILL] = "KILL",	    [SIGUSR1] = "USR1",	    [SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",
    [SIGPIPE] = "PIPE",	    [SIGALRM] = "ALRM",	    [SIGTERM] = "TERM",
#ifdef SIGSTKFLT
    [SIGSTKFLT] = "STKFLT",
#endif
    [SIGCHLD] = "CHLD",	    [SIGCONT] = "CONT",	    [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP",
    [SIGTTIN] = "TTIN",	    [SIGTTOU] = "TTOU",	    [SIGURG] = "URG",	[SIGXCPU] = "XCPU",
    [SIGXFSZ] = "XFSZ",	    [SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH",
    [SIGIO] = "IO",	    [SIGPWR] = "PWR",	    [SIGSYS] = "SYS",
};

/* A number between least and most, as strtol reads it with base 0, or "0b…", "0o…"; -EINVAL otherwise. */
static int parse_number(const char *s, long least, long most)
{
	int base = s[0] != '0' ? 0 : (s[1] | 0x20) == 'b' ? 2 : (s[1] | 0x20) == 'o' ? 8 : 0;
	char *end;
	long value;

	errno = 0;
	s += base ? 2 : 0;
	value = strtol(s, &end, base);
	if (errno != 0 || end == s || *end != '\0' || value < least || value > most) {
		return -EINVAL;
	}
	return (int)value;
}

/* What stands behind RTMIN or RTMAX: nothing, or the sign and a number. */
static int parse_offset(const char *s, char sign)
{
	if (*s == '\0') {
		return 0;
	}
	if (*s != sign || s[1] < '0' || s[1] > '9') {
		return -EINVAL;
	}
	return parse_number(s + 1, 0, RT_LAST - RT_FIRST);
}

int signals_parse(const char *name)
{
	int n = parse_number(name, 1, RT_LAST);

	if (n > 0) {
		return n;
	}
	if (strncmp(name, "SIG", 3) == 0) {
		name += 3;
	}
	n = NAMES_FIND(signal_names, name);
	if (n > 0) {
		return n;
	}
	if (strncmp(name, "RTMIN", 5) == 0) {
		n = parse_offset(name + 5, '+');
		return n < 0 ? n : RT_FIRST + n;
	}
	if (strncmp(name, "RTMAX", 5) == 0) {
		n = parse_offset(name + 5, '-');
		return n < 0 ? n : RT_LAST - n;
	}
	return -EINVAL;
}

const char *signals_name(int sig, char buf[static 16])
{
	const char *name = NAMES_AT(signal_names, sig);

	if (name) {
		return name;
	}
	if (sig >= RT_FIRST && sig <= RT_LAST) {
		snprintf(buf, 16, "RTMIN+%d", sig - RT_FIRST);
	} else {
		snprintf(buf, 16, "%d", sig);
	}
	return buf;
}
