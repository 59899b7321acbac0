/* SPDX-License-Identifier: MIT */

/* Exit statuses and their names: systemd.exec(5), "Process Exit Codes". */

#include <errno.h>

#include "base/signals.h"
#include "unit/value.h"

#define STATUS_MAX 255

static const char *const names[STATUS_MAX + 1] = {
	[0] = "SUCCESS", "FAILURE", "INVALIDARGUMENT", "NOTIMPLEMENTED", "NOPERMISSION",
	"NOTINSTALLED", "NOTCONFIGURED", "NOTRUNNING",
	[64] = "USAGE", "DATAERR", "NOINPUT", "NOUSER", "NOHOST", "UNAVAILABLE", "SOFTWARE",
	"OSERR", "OSFILE", "CANTCREAT", "IOERR", "TEMPFAIL", "PROTOCOL", "NOPERM", "CONFIG",
	[200] = "CHDIR", "NICE", "FDS", "EXEC", "MEMORY", "LIMITS", "OOM_ADJUST", "SIGNAL_MASK",
	"STDIN", "STDOUT", "CHROOT", "IOPRIO", "TIMERSLACK", "SECUREBITS", "SETSCHEDULER",
	"CPUAFFINITY", "GROUP", "USER", "CAPABILITIES", "CGROUP", "SETSID", "CONFIRM", "STDERR",
	[224] = "PAM", "NETWORK", "NAMESPACE", "NO_NEW_PRIVILEGES", "SECCOMP", "SELINUX_CONTEXT",
	"PERSONALITY", "APPARMOR", "ADDRESS_FAMILIES", "RUNTIME_DIRECTORY",
	[235] = "CHOWN", "SMACK_PROCESS_LABEL", "KEYRING", "STATE_DIRECTORY", "CACHE_DIRECTORY",
	"LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY", "NUMA_POLICY", "CREDENTIALS", "BPF", "KSM",
	[255] = "EXCEPTION",
};

const char *exit_status_name(int status)
{
	return status >= 0 && status <= STATUS_MAX ? names[status] : NULL;
}

const char *exit_status_name_basic(int status)
{
	return status >= 2 && status < 200 ? NULL : exit_status_name(status);
}

static void set_bit(uint64_t *words, int bit)
{
	words[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static bool has_bit(const uint64_t *words, int bit)
{
	return words[bit / 64] >> (bit % 64) & 1;
}

int exit_status_set_add(struct exit_status_set *s, const char *word)
{
	unsigned number;
	int sig;

	for (int i = 0; i <= STATUS_MAX; i++) {
		if (names[i] && streq(names[i], word)) {
			set_bit(s->statuses, i);
			return 0;
		}
	}
	if (value_parse_unsigned(word, &number) >= 0) {
		if (number > STATUS_MAX) {
			return -ERANGE;
		}
		set_bit(s->statuses, (int)number);
		return 0;
	}
	sig = signals_parse(word);
	if (sig <= 0 || sig > 127) {
		return -EINVAL;
	}
	set_bit(s->signals, sig);
	return 0;
}

bool exit_status_set_has_status(const struct exit_status_set *s, int status)
{
	return status >= 0 && status <= STATUS_MAX && has_bit(s->statuses, status);
}

bool exit_status_set_has_signal(const struct exit_status_set *s, int sig)
{
	return sig >= 0 && sig <= 127 && has_bit(s->signals, sig);
}
