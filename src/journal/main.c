/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/root.h"
#include "journal/journal.h"
#include "log/journald.h"

/* journalctl of systemd, where somebody moved it out of the way of ours. */
static const char *const real_names[] = {
	"/usr/bin/journalctl.systemd", "/usr/bin/journalctl.distrib", "/usr/bin/journalctl.real",
	"/usr/bin/journalctl",
};

static bool is_ourselves(const char *path)
{
	struct stat own, there;

	return stat("/proc/self/exe", &own) < 0 || stat(path, &there) < 0 ||
	       (own.st_ino == there.st_ino && own.st_dev == there.st_dev);
}

static const char *find_real(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(real_names); i++) {
		if (access(real_names[i], X_OK) == 0 && !is_ourselves(real_names[i])) {
			return real_names[i];
		}
	}
	return NULL;
}

/* Returns if there is nobody to hand over to, or if it is not about the system's logs. */
static void hand_over(const struct place *p, char **argv)
{
	const char *real = log_journald_may_be_used(p) ? find_real() : NULL;

	if (real) {
		argv[0] = "journalctl";
		execv(real, argv);
	}
}

static int refuse(const char *what)
{
	fprintf(stderr,
		"%s '%s' needs journal files of systemd; soloctl's logs are plain text.\n",
		path_is_absolute(what) ? "Match" : "Option", what);
	return 1;
}

static int find_place(const struct journal_options *o, struct arena *a, struct place *p)
{
	int r = place_init(p, o->user, a);

	if (r < 0) {
		fprintf(stderr, "Failed to open the runtime directory: %s\n", strerror(-r));
		return r;
	}
	if (o->root) {
		p->log_dir = path_join(a, o->root, "var/log/soloctl");
	}
	if (o->directory) {
		if (access(o->directory, R_OK) < 0) {
			fprintf(stderr, "Failed to open %s: %s\n", o->directory, strerror(errno));
			return -errno;
		}
		p->log_dir = o->directory;
	}
	return 0;
}

static int show_in_pager(struct journal_options *o, const struct place *p, struct arena *a)
{
	pid_t pager;
	int status;

	o->color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") &&
		   !streq(str_or_empty(getenv("TERM")), "dumb");
	pager = o->no_pager || o->follow ? 0 : journal_pager_open(o->pager_end);
	status = journal_show(o, p, a);
	journal_pager_close(pager);
	return status;
}

static int run(struct journal_options *o, const struct place *p, struct arena *a)
{
	int status;

	switch (o->action) {
	case JOURNAL_LIST_BOOTS:
		return journal_list_boots(o, p, a);
	case JOURNAL_LIST_FIELDS:
	case JOURNAL_LIST_VALUES:
		return journal_list_fields(o, p, a);
	case JOURNAL_DISK_USAGE:
		return journal_disk_usage(p, a);
	case JOURNAL_ROTATE:
		status = journal_rotate(p, a);
		if (status != 0 || !(o->vacuum_size || o->vacuum_time || o->vacuum_files)) {
			return status;
		}
		return journal_vacuum(o, p, a);
	case JOURNAL_VACUUM:
		return journal_vacuum(o, p, a);
	case JOURNAL_NOTHING:
		return 0;
	default:
		return show_in_pager(o, p, a);
	}
}

int journalctl_main(int argc, char **argv)
{
	CLEANUP_ARENA struct arena a = { 0 };
	struct journal_options o;
	const char *what = NULL;
	struct place p;
	bool is_placed = place_init(&p, false, &a) == 0;
	int status = 1;
	int r;

	if (is_placed && log_journald_listens()) {
		hand_over(&p, argv);
	}
	r = journal_options_parse(&o, argc, argv, &a, &status, &what);
	if (r == -EOPNOTSUPP) {
		if (is_placed) {
			hand_over(&p, argv);
		}
		return refuse(what);
	}
	if (r == 0) {
		status = find_place(&o, &a, &p) < 0 ? 1 : run(&o, &p, &a);
	}
	journal_options_finish(&o);
	if (fflush(stdout) != 0 && errno != EPIPE && status == 0) {
		status = 1;
	}
	return status;
}
