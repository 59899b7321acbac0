/* SPDX-License-Identifier: MIT */

/* CPUAffinity=, NUMAPolicy=, NUMAMask=: systemd.exec(5), "Scheduling". */

#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>

#include "base/names.h"
#include "exec/child.h"
#include "unit/numa.h"

/* By the kernel's numbers: set_mempolicy(2). */
enum numa_policy { NUMA_DEFAULT, NUMA_PREFERRED, NUMA_BIND, NUMA_INTERLEAVE, NUMA_LOCAL };
static const char *const policies[] = {
	[NUMA_DEFAULT] = "default", [NUMA_PREFERRED] = "preferred", [NUMA_BIND] = "bind",
	[NUMA_INTERLEAVE] = "interleave", [NUMA_LOCAL] = "local",
};

int exec_apply_affinity(struct exec_child *c)
{
	const struct exec_settings *e = c->settings;
	struct number_set set = {0};
	int r = 0;

	if (e->cpu_affinity.n == 0 && !e->cpu_affinity_from_numa) {
		return 0;
	}
	if (e->cpu_affinity_from_numa) {
		r = numa_add_processors(&e->numa_mask, &set);
		if (r < 0) {
			return r;
		}
	} else {
		number_set_add(&set, &e->cpu_affinity);
	}
	if (sched_setaffinity(0, sizeof(set.bits), (const cpu_set_t *)set.bits) < 0) {
		return exec_child_degrade(c, "CPUAffinity=", -errno);
	}
	return 0;
}

/* Is the policy one with nodes, and has it as many as it needs? */
static int check_nodes(enum numa_policy policy, size_t n, bool *ret_has_nodes)
{
	*ret_has_nodes = n > 0 && policy != NUMA_DEFAULT && policy != NUMA_LOCAL;
	if (n == 0) {
		return policy == NUMA_BIND || policy == NUMA_INTERLEAVE ? -EINVAL : 0;
	}
	return policy == NUMA_PREFERRED && n != 1 ? -EINVAL : 0;
}

int exec_apply_numa(struct exec_child *c)
{
	const struct exec_settings *e = c->settings;
	enum numa_policy policy = NUMA_PREFERRED;
	struct number_set nodes = {0};
	bool has_nodes;
	int r;

	if (!e->numa_policy && e->numa_mask.n == 0) {
		return 0;
	}
	if (e->numa_policy) {
		policy = (enum numa_policy)NAMES_FIND(policies, e->numa_policy);
	}
	number_set_add(&nodes, &e->numa_mask);
	r = check_nodes(policy, number_set_count(&nodes), &has_nodes);
	if (r == 0 && syscall(SYS_set_mempolicy, policy, has_nodes ? nodes.bits : NULL,
			      has_nodes ? NUMBER_SET_BITS + 1ul : 0ul) < 0) {
		r = -errno;
	}
	return r < 0 ? exec_child_degrade(c, "NUMAPolicy=", r) : 0;
}
