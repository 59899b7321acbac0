/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/prctl.h>

#include "exec/child.h"
#include "seccomp_tables.h"

bool exec_needs_seccomp(const struct exec_settings *e)
{
	return e->private_devices || e->protect_kernel_tunables || e->protect_kernel_modules ||
	       e->protect_kernel_logs || e->protect_clock || e->protect_hostname ||
	       e->lock_personality || e->memory_deny_write_execute || e->restrict_realtime ||
	       e->restrict_suid_sgid || e->dynamic_user || e->system_call_filter.n > 0 ||
	       e->system_call_architectures.n > 0 || e->restrict_address_families.n > 0 ||
	       seccomp_forbidden_namespaces(e->restrict_namespaces) != 0;
}

#ifndef HAVE_SECCOMP

bool exec_seccomp_is_available(void)
{
	return false;
}

int exec_apply_seccomp(struct exec_child *c)
{
	(void)c;
	return 0;
}

#else

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "base/proc.h"
#include "unit/directive.h"
#include "unit/syscall_filter.h"

#define SCHED_POLICY_LAST 5 /* SCHED_IDLE, the last of those that are not real-time */

/* The kernel answers EFAULT for the missing program where it knows filters at all. */
bool exec_seccomp_is_available(void)
{
	/* proot makes calls of its own in our name, which no filter of a unit allows for. */
	if (geteuid() != proc_own_uid()) {
		return false;
	}
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) < 0 && errno == EFAULT;
}

/* What a filter is made for: one architecture, one setting. */
struct filter {
	scmp_filter_ctx ctx;
	uint32_t arch;
	const struct exec_child *child;
	const struct exec_settings *settings;
	int personality; /* asked for before a filter forbids even that */
};

/*
 * Architectures whose system calls a process here can make; a filter for the native one alone could
 * be walked around.
 */
static const uint32_t architectures[] = {
#if defined(__x86_64__)
    SCMP_ARCH_X86_64,
    SCMP_ARCH_X86,
    SCMP_ARCH_X32,
#elif defined(__aarch64__)
    SCMP_ARCH_AARCH64,
    SCMP_ARCH_ARM,
#else
    SCMP_ARCH_NATIVE,
#endif
};

/* One rule for the call of that name. What this architecture (or library) does not have needs no
 * rule. */
static int forbid_if(const struct filter *f, uint32_t action, const char *call, unsigned n,
		     const struct scmp_arg_cmp *when)
{
	int nr = seccomp_syscall_resolve_name(call);
	int r =
	    nr == __NR_SCMP_ERROR ? 0 : seccomp_rule_add_exact_array(f->ctx, action, nr, n, when);

	/* 32-bit x86 hides some arguments behind socketcall() and ipc(). */
	if (r == -EEXIST || r == -EDOM || (r < 0 && f->arch != architectures[0])) {
		return 0;
	}
	return r == -EFAULT || r == -EACCES ? 0 : r;
}

/* Calls of a list of names and groups, a group's groups included. */
static int forbid_words(const struct filter *f, uint32_t action, const char *words, struct arena *a)
{
	struct strv list = {0};
	int r = 0;

	strv_split(&list, a, words, " ");
	for (size_t i = 0; r == 0 && i < list.n; i++) {
		if (list.v[i][0] == '@') {
			strv_split(&list, a, str_or_empty(syscall_group_words(list.v[i])), " ");
		} else {
			r = forbid_if(f, action, list.v[i], 0, NULL);
		}
	}
	return r;
}

static int add_families(const struct filter *f)
{
	const struct strv *words = &f->settings->restrict_address_families;
	uint32_t action = SCMP_ACT_ERRNO(EAFNOSUPPORT);
	bool deny = words->v[0][0] == '~';
	bool listed[64] = {false};
	int r = 0;

	STRV_FOREACH(word, words)
	{
		bool invert = *word == '~';
		int n = seccomp_family_parse(word + invert);

		if (n >= 0) {
			listed[n] = invert == deny;
		}
	}
	for (int i = 0; r == 0 && i < (int)ARRAY_SIZE(listed); i++) {
		if (listed[i] == deny) {
			r = forbid_if(f, action, "socket", 1,
				      &SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)i));
		}
	}
	if (r == 0 && !deny) {
		r = forbid_if(f, action, "socket", 1, &SCMP_A0(SCMP_CMP_GE, ARRAY_SIZE(listed)));
	}
	return r;
}

static int add_write_execute(const struct filter *f)
{
	uint32_t action = SCMP_ACT_ERRNO(EPERM);
	struct scmp_arg_cmp both =
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC | PROT_WRITE);
	struct scmp_arg_cmp execute = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC);
	struct scmp_arg_cmp attach = SCMP_A2(SCMP_CMP_MASKED_EQ, SHM_EXEC, SHM_EXEC);
	int r = forbid_if(f, action,
			  f->arch == SCMP_ARCH_X86 || f->arch == SCMP_ARCH_ARM ? "mmap2" : "mmap",
			  1, &both);

	r = r < 0 ? r : forbid_if(f, action, "mprotect", 1, &execute);
	r = r < 0 ? r : forbid_if(f, action, "pkey_mprotect", 1, &execute);
	return r < 0 ? r : forbid_if(f, action, "shmat", 1, &attach);
}

static int add_realtime(const struct filter *f)
{
	static const int harmless[] = {SCHED_OTHER, SCHED_BATCH, SCHED_IDLE};
	uint32_t action = SCMP_ACT_ERRNO(EPERM);
	int r =
	    forbid_if(f, action, "sched_setscheduler", 1, &SCMP_A1(SCMP_CMP_GT, SCHED_POLICY_LAST));

	for (int policy = 0; r == 0 && policy <= SCHED_POLICY_LAST; policy++) {
		bool is_harmless = false;

		for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
			is_harmless = is_harmless || harmless[i] == policy;
		}
		if (!is_harmless) {
			r = forbid_if(f, action, "sched_setscheduler", 1,
				      &SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)policy));
		}
	}
	return r;
}

static int add_set_ids(const struct filter *f)
{
	static const struct {
		const char *call;
		unsigned mode; /* number of the argument */
		int flags;     /* of the argument that holds O_CREAT, -1 none */
	} calls[] = {
	    {"chmod", 1, -1}, {"fchmod", 1, -1},  {"fchmodat", 2, -1}, {"fchmodat2", 2, -1},
	    {"mkdir", 1, -1}, {"mkdirat", 2, -1}, {"mknod", 1, -1},    {"mknodat", 2, -1},
	    {"creat", 1, -1}, {"open", 2, 1},	  {"openat", 3, 2},
	};
	static const scmp_datum_t bits[] = {S_ISUID, S_ISGID};
	int r = 0;

	for (size_t i = 0; r == 0 && i < 2 * ARRAY_SIZE(calls); i++) {
		unsigned flags = calls[i / 2].flags < 0 ? 0 : (unsigned)calls[i / 2].flags;
		struct scmp_arg_cmp when[] = {
		    SCMP_CMP(calls[i / 2].mode, SCMP_CMP_MASKED_EQ, bits[i % 2], bits[i % 2]),
		    SCMP_CMP(flags, SCMP_CMP_MASKED_EQ, O_CREAT, O_CREAT),
		};

		r = forbid_if(f, SCMP_ACT_ERRNO(EPERM), calls[i / 2].call,
			      calls[i / 2].flags < 0 ? 1 : 2, when);
	}
	/* Its mode is behind a pointer; programs fall back to openat(). */
	return r < 0 ? r : forbid_if(f, SCMP_ACT_ERRNO(ENOSYS), "openat2", 0, NULL);
}

static int add_namespaces(const struct filter *f)
{
	unsigned forbidden = seccomp_forbidden_namespaces(f->settings->restrict_namespaces);
	uint32_t action = SCMP_ACT_ERRNO(EPERM);
	/* Its flags are behind a pointer; the C library falls back to clone(). */
	int r = forbid_if(f, SCMP_ACT_ERRNO(ENOSYS), "clone3", 0, NULL);

	r = r < 0 ? r : forbid_if(f, action, "setns", 1, &SCMP_A1(SCMP_CMP_EQ, 0));
	for (unsigned bit = 1; r == 0 && bit; bit <<= 1) {
		if (!(forbidden & bit)) {
			continue;
		}
		r = forbid_if(f, action, "unshare", 1, &SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit));
		r = r < 0
			? r
			: forbid_if(f, action, "clone", 1, &SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit));
		r = r < 0
			? r
			: forbid_if(f, action, "setns", 1, &SCMP_A1(SCMP_CMP_MASKED_EQ, bit, bit));
	}
	return r;
}

static int add_personality(const struct filter *f)
{
	return f->personality < 0 ? f->personality
				  : forbid_if(f, SCMP_ACT_ERRNO(EPERM), "personality", 1,
					      &SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)f->personality));
}

/* Groups of calls that a setting takes away. */
static const struct {
	size_t offset; /* of a flag */
	const char *words;
} taken[] = {
#define TAKEN(member, words)                                                                       \
	{                                                                                          \
		offsetof(struct exec_settings, member), words                                      \
	}
    TAKEN(protect_kernel_tunables, "_sysctl"),
    TAKEN(protect_kernel_modules, "@module"),
    TAKEN(protect_kernel_logs, "syslog"),
    TAKEN(protect_clock, "@clock"),
    TAKEN(protect_hostname, "sethostname setdomainname"),
    TAKEN(private_devices, "@raw-io"),
#undef TAKEN
};

static bool is_taken(const struct exec_settings *e, size_t i)
{
	return *(const bool *)((const char *)e + taken[i].offset);
}

static int add_taken(const struct filter *f)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(taken); i++) {
		r = is_taken(f->settings, i)
			? forbid_words(f, SCMP_ACT_ERRNO(EPERM), taken[i].words, f->child->arena)
			: 0;
	}
	return r;
}

static bool asks_taken(const struct exec_settings *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++) {
		if (is_taken(e, i)) {
			return true;
		}
	}
	return false;
}

static bool asks_families(const struct exec_settings *e)
{
	return e->restrict_address_families.n > 0;
}
static bool asks_write_execute(const struct exec_settings *e)
{
	return e->memory_deny_write_execute;
}
static bool asks_realtime(const struct exec_settings *e)
{
	return e->restrict_realtime;
}
static bool asks_set_ids(const struct exec_settings *e)
{
	return e->restrict_suid_sgid || e->dynamic_user;
}
static bool asks_namespaces(const struct exec_settings *e)
{
	return seccomp_forbidden_namespaces(e->restrict_namespaces) != 0;
}
static bool asks_personality(const struct exec_settings *e)
{
	return e->lock_personality;
}

/* The small filters; all let pass what they do not name. */
static const struct {
	bool (*asks)(const struct exec_settings *e);
	int (*add)(const struct filter *f);
	enum exec_step step;
} filters[] = {
    {asks_families, add_families, EXEC_ADDRESS_FAMILIES},
    {asks_write_execute, add_write_execute, EXEC_SECCOMP},
    {asks_realtime, add_realtime, EXEC_SECCOMP},
    {asks_set_ids, add_set_ids, EXEC_SECCOMP},
    {asks_namespaces, add_namespaces, EXEC_SECCOMP},
    {asks_taken, add_taken, EXEC_SECCOMP},
    {asks_personality, add_personality, EXEC_SECCOMP},
};

static int filter_open(struct filter *f, const struct exec_child *c, uint32_t arch, uint32_t action)
{
	int r;

	*f = (struct filter){
	    .ctx = seccomp_init(action), .arch = arch, .child = c, .settings = c->settings};
	if (!f->ctx) {
		return -ENOMEM;
	}
	r = arch == seccomp_arch_native() || arch == SCMP_ARCH_NATIVE
		? 0
		: seccomp_arch_remove(f->ctx, SCMP_ARCH_NATIVE);
	r = r < 0 || seccomp_arch_exist(f->ctx, arch) == 0 ? r : seccomp_arch_add(f->ctx, arch);
	r = r < 0 ? r : seccomp_attr_set(f->ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
	/* no_new_privs is a step of its own. */
	return r < 0 ? r : seccomp_attr_set(f->ctx, SCMP_FLTATR_CTL_NNP, 0);
}

/* ---- SystemCallFilter= ---- */

/* What happens to a call that is not permitted: SystemCallErrorNumber=. */
static uint32_t negative_action(const struct exec_settings *e)
{
	int number =
	    e->system_call_error_number ? directive_errno_parse(e->system_call_error_number) : -1;

	return number > 0 ? SCMP_ACT_ERRNO((unsigned)number) : SCMP_ACT_KILL_PROCESS;
}

static uint32_t call_action(const struct exec_settings *e, const struct syscall_list *l, int verdict)
{
	if (verdict == SYSCALL_KILL) {
		return SCMP_ACT_KILL_PROCESS;
	}
	if (verdict != SYSCALL_LISTED) {
		return SCMP_ACT_ERRNO((unsigned)verdict);
	}
	return l->allows ? SCMP_ACT_ALLOW : negative_action(e);
}

static int apply_call_list(struct exec_child *c)
{
	struct syscall_list l;
	int r = 0;

	if (c->settings->system_call_filter.n == 0) {
		return 0;
	}
	syscall_list_resolve(&c->settings->system_call_filter, c->arena, &l);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(architectures); i++) {
		struct filter f;

		r = filter_open(&f, c, architectures[i],
				l.allows ? negative_action(c->settings) : SCMP_ACT_ALLOW);
		for (size_t k = 0; r == 0 && k < l.n; k++) {
			r = forbid_if(&f, call_action(c->settings, &l, l.calls[k].verdict),
				      l.calls[k].name, 0, NULL);
		}
		r = r < 0 ? r : seccomp_load(f.ctx);
		seccomp_release(f.ctx);
	}
	return r;
}

/* SystemCallArchitectures=: calls of any other are answered by SIGSYS. */
static int apply_architectures(struct exec_child *c)
{
	const struct strv *words = &c->settings->system_call_architectures;
	scmp_filter_ctx ctx;
	int r;

	if (words->n == 0) {
		return 0;
	}
	ctx = seccomp_init(SCMP_ACT_ALLOW);
	if (!ctx) {
		return -ENOMEM;
	}
	r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);
	STRV_FOREACH(word, words)
	{
		const char *name = streq(word, "x86-64")  ? "x86_64"
				   : streq(word, "arm64") ? "aarch64"
							  : word;
		uint32_t arch = seccomp_arch_resolve_name(name);

		if (r == 0 && arch != 0 && arch != SCMP_ARCH_NATIVE) {
			r = seccomp_arch_add(ctx, arch);
			r = r == -EEXIST ? 0 : r;
		}
	}
	r = r < 0 ? r : seccomp_load(ctx);
	seccomp_release(ctx);
	return r;
}

int exec_apply_seccomp(struct exec_child *c)
{
	int now = personality(0xffffffff);
	int r;

	if (!c->apply_sandbox || !exec_needs_seccomp(c->settings) || !exec_seccomp_is_available()) {
		return 0;
	}
	r = c->privileged_seccomp ? exec_raise_admin() : 0;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(filters) * ARRAY_SIZE(architectures); i++) {
		size_t k = i / ARRAY_SIZE(architectures);
		struct filter f;

		if (!filters[k].asks(c->settings)) {
			continue;
		}
		c->step = filters[k].step;
		r = filter_open(&f, c, architectures[i % ARRAY_SIZE(architectures)],
				SCMP_ACT_ALLOW);
		f.personality = now;
		r = r < 0 ? r : filters[k].add(&f);
		r = r < 0 ? r : seccomp_load(f.ctx);
		seccomp_release(f.ctx);
	}
	c->step = EXEC_SECCOMP;
	r = r < 0 ? r : apply_architectures(c);
	return r < 0 ? r : apply_call_list(c);
}

#endif
