/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/io.h"
#include "base/names.h"
#include "exec/child.h"

#ifndef SCHED_RESET_ON_FORK
#define SCHED_RESET_ON_FORK 0x40000000
#endif
#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#endif
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_CLASS_SHIFT 13

/* Limits that systemd gives services which ask for nothing. */
#define NOFILE_SOFT 1024
#define NOFILE_HARD 524288

int exec_apply_oom_score(struct exec_child *c)
{
	CLEANUP_CLOSE int fd = -1;
	char text[16];
	int n, r;

	if (!c->settings->oom_score_adjust_set) {
		return 0;
	}
	n = snprintf(text, sizeof(text), "%d\n", c->settings->oom_score_adjust);
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	r = fd < 0 ? -errno : io_write_all(fd, text, (size_t)n);
	return r < 0 ? exec_child_degrade(c, "OOMScoreAdjust=", r) : 0;
}

int exec_apply_coredump_filter(struct exec_child *c)
{
	const char *mask = unit_assignment(c->request->unit, "CoredumpFilter");
	CLEANUP_CLOSE int fd = -1;
	int r;

	if (!mask) {
		return 0;
	}
	fd = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
	r = fd < 0 ? -errno : io_write_all(fd, mask, strlen(mask));
	return r < 0 ? exec_child_degrade(c, "CoredumpFilter=", r) : 0;
}

int exec_apply_memory_ksm(struct exec_child *c)
{
	const char *word = unit_assignment(c->request->unit, "MemoryKSM");

	if (!word || prctl(PR_SET_MEMORY_MERGE, streq(word, "yes"), 0, 0, 0) == 0) {
		return 0;
	}
	/* An older kernel does not know it. */
	return exec_child_degrade(c, "MemoryKSM=", errno == EINVAL ? -EOPNOTSUPP : -errno);
}

/* The nicest value below our own that RLIMIT_NICE lets us have. */
int exec_apply_nice(struct exec_child *c)
{
	struct rlimit limit;
	int nice = c->settings->nice;
	int error, least, current;

	if (!c->settings->nice_set || setpriority(PRIO_PROCESS, 0, nice) == 0) {
		return 0;
	}
	error = -errno;
	current = getpriority(PRIO_PROCESS, 0);
	if (getrlimit(RLIMIT_NICE, &limit) == 0) {
		least = limit.rlim_cur > 40 ? -20 : 20 - (int)limit.rlim_cur;
		if (least < current) {
			setpriority(PRIO_PROCESS, 0, least > nice ? least : nice);
		}
	}
	return exec_child_degrade(c, "Nice=", error);
}

/* By system call: musl's wrapper refuses, because POSIX wants threads and not processes. */
int exec_apply_scheduler(struct exec_child *c)
{
	const struct exec_settings *e = c->settings;
	struct sched_param p = { .sched_priority = e->cpu_sched_priority };
	int policy = e->cpu_sched_policy | (e->cpu_sched_reset_on_fork ? SCHED_RESET_ON_FORK : 0);

	if (!e->cpu_sched_set && !e->cpu_sched_reset_on_fork) {
		return 0;
	}
	if (syscall(SYS_sched_setscheduler, 0, policy, &p) < 0) {
		return exec_child_degrade(c, "CPUSchedulingPolicy=", -errno);
	}
	return 0;
}

int exec_apply_io_priority(struct exec_child *c)
{
	const struct exec_settings *e = c->settings;
	/* The class "none" has no priorities, and the kernel refuses one. */
	int priority = e->io_class == 0 ? 0 : e->io_priority;

	if (e->io_set && syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
				 e->io_class << IOPRIO_CLASS_SHIFT | priority) < 0) {
		return exec_child_degrade(c, "IOSchedulingClass=", -errno);
	}
	return 0;
}

int exec_apply_timer_slack(struct exec_child *c)
{
	usec_t slack = c->settings->timer_slack_nsec;

	if (slack != USEC_INFINITY && prctl(PR_SET_TIMERSLACK, (unsigned long)slack) < 0) {
		return exec_child_degrade(c, "TimerSlackNSec=", -errno);
	}
	return 0;
}

/* Architectures whose programs run with 32 bits on some kernel of 64. */
static const char *const narrow_architectures[] = { "x86",  "arm",     "ppc",	"ppc-le", "s390",
						    "mips", "mips-le", "sparc", "parisc" };

int exec_apply_personality(struct exec_child *c)
{
	const char *name = c->settings->personality;
	int current;
	unsigned long wanted;

	if (!name) {
		return 0;
	}
	current = personality(0xffffffff);
	wanted = NAMES_FIND(narrow_architectures, name) >= 0 ? PER_LINUX32 : PER_LINUX;
	if (current < 0 || personality(((unsigned long)current & ~0xfful) | wanted) < 0) {
		return exec_child_degrade(c, "Personality=", -errno);
	}
	return 0;
}

static const char *const limit_names[EXEC_LIMIT_MAX] = {
	[RLIMIT_CPU] = "LimitCPU=",
	[RLIMIT_FSIZE] = "LimitFSIZE=",
	[RLIMIT_DATA] = "LimitDATA=",
	[RLIMIT_STACK] = "LimitSTACK=",
	[RLIMIT_CORE] = "LimitCORE=",
	[RLIMIT_RSS] = "LimitRSS=",
	[RLIMIT_NPROC] = "LimitNPROC=",
	[RLIMIT_NOFILE] = "LimitNOFILE=",
	[RLIMIT_MEMLOCK] = "LimitMEMLOCK=",
	[RLIMIT_AS] = "LimitAS=",
	[RLIMIT_LOCKS] = "LimitLOCKS=",
	[RLIMIT_SIGPENDING] = "LimitSIGPENDING=",
	[RLIMIT_MSGQUEUE] = "LimitMSGQUEUE=",
	[RLIMIT_NICE] = "LimitNICE=",
	[RLIMIT_RTPRIO] = "LimitRTPRIO=",
	[RLIMIT_RTTIME] = "LimitRTTIME=",
};

static rlim_t smaller(rlim_t x, rlim_t y)
{
	return x < y ? x : y;
}

/*
 * The closest that is permitted: nothing above the hard limit that we have. 1 if it had to be less
 * than asked for.
 */
static int set_limit_closest(int resource, const struct rlimit *wanted)
{
	struct rlimit now, fixed;

	if (setrlimit(resource, wanted) == 0) {
		return 0;
	}
	if (errno != EPERM || getrlimit(resource, &now) < 0) {
		return -errno;
	}
	fixed.rlim_cur = smaller(wanted->rlim_cur, now.rlim_max);
	fixed.rlim_max = smaller(wanted->rlim_max, now.rlim_max);
	return setrlimit(resource, &fixed) < 0 ? -errno : 1;
}

int exec_apply_limits(struct exec_child *c)
{
	const struct exec_limit *limits = c->settings->limits;

	if (!c->apply_sandbox) {
		return 0;
	}
	if (!limits[RLIMIT_NOFILE].set) {
		struct rlimit usual = { .rlim_cur = NOFILE_SOFT, .rlim_max = NOFILE_HARD };

		set_limit_closest(RLIMIT_NOFILE, &usual);
	}
	for (int i = 0; i < EXEC_LIMIT_MAX; i++) {
		int r = limits[i].set ? set_limit_closest(i, &limits[i].value) : 0;

		if (r < 0) {
			c->subject = limit_names[i];
			return r;
		}
		if (r > 0) {
			exec_child_degrade(c, limit_names[i], -EPERM);
		}
	}
	return 0;
}
