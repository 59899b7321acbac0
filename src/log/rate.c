/* SPDX-License-Identifier: MIT */
#include "log/writer.h"

/* journald.conf(5), RateLimitIntervalSec= and RateLimitBurst=. */
#define INTERVAL_DEFAULT (30 * USEC_PER_SEC)
#define BURST_DEFAULT 10000
#define PRIORITY_MASK 7

void log_rate_init(struct log_rate *r, usec_t interval, unsigned burst)
{
	bool is_set = interval != USEC_INFINITY || burst > 0;

	if (interval == USEC_INFINITY) {
		interval = INTERVAL_DEFAULT;
	}
	r->burst = burst > 0 ? burst : BURST_DEFAULT;
	r->interval = is_set ? interval : 0;
}

bool log_rate_allows(struct log_rate *r, int priority, usec_t now, unsigned *ret_suppressed)
{
	static const unsigned char pools[PRIORITY_MASK + 1] = { 0, 0, 0, 1, 2, 3, 3, 4 };
	struct log_rate_pool *p = &r->pools[pools[priority & PRIORITY_MASK]];

	*ret_suppressed = 0;
	if (r->interval == 0) {
		return true;
	}
	if (p->begin == 0 || p->begin + r->interval < now) {
		*ret_suppressed = p->n_suppressed;
		*p = (struct log_rate_pool){ .begin = now, .n = 1 };
		return true;
	}
	if (p->n < r->burst) {
		p->n++;
		return true;
	}
	p->n_suppressed++;
	return false;
}

unsigned log_rate_take_suppressed(struct log_rate *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(r->pools); i++) {
		n += r->pools[i].n_suppressed;
		r->pools[i].n_suppressed = 0;
	}
	return n;
}
