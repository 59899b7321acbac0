/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/root.h"
#include "journal/journal.h"

#define SUFFIX ".log"
#define OLD_SUFFIX ".log.1"
#define BLOCK 512

struct file {
	const char *path;
	uint64_t bytes; /* that it takes on the disk */
	usec_t changed;
	bool is_old, is_empty;
};
struct files {
	struct file *v;
	size_t n, cap;
	uint64_t bytes;
	size_t n_old;
};

char *journal_format_bytes(char *buf, size_t n, uint64_t bytes)
{
	static const char letters[] = "BKMGTPE";
	uint64_t unit = 1;
	size_t i = 0;

	while (bytes / unit >= 1024 && i + 2 < sizeof(letters)) {
		unit *= 1024;
		i++;
	}
	if (i == 0 || (bytes % unit) * 10 / unit == 0) {
		snprintf(buf, n, "%" PRIu64 "%c", bytes / unit, letters[i]);
	} else {
		snprintf(buf, n, "%" PRIu64 ".%" PRIu64 "%c", bytes / unit,
			 (bytes % unit) * 10 / unit, letters[i]);
	}
	return buf;
}

static int compare_age(const void *x, const void *y)
{
	const struct file *a = x, *b = y;

	return a->changed < b->changed ? -1 : a->changed > b->changed;
}

/* All log files, the oldest first. */
static int files_list(const struct place *p, struct arena *a, struct files *ret)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(p->log_dir);
	struct dirent *e;

	*ret = (struct files){ 0 };
	if (!d) {
		if (errno == ENOENT) {
			return 0;
		}
		fprintf(stderr, "Failed to open %s: %s\n", p->log_dir, strerror(errno));
		return -errno;
	}
	while ((e = readdir(d))) {
		bool is_old = str_has_suffix(e->d_name, OLD_SUFFIX);
		struct stat st;

		if ((!is_old && !str_has_suffix(e->d_name, SUFFIX)) ||
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode)) {
			continue;
		}
		*ARENA_PUSH(a, ret->v, ret->n, ret->cap) = (struct file){
			.path = path_join(a, p->log_dir, e->d_name),
			.bytes = (uint64_t)st.st_blocks * BLOCK,
			.changed = (usec_t)st.st_mtim.tv_sec * USEC_PER_SEC,
			.is_old = is_old,
			.is_empty = st.st_size == 0,
		};
		ret->bytes += (uint64_t)st.st_blocks * BLOCK;
		ret->n_old += is_old;
	}
	if (ret->n > 1) {
		qsort(ret->v, ret->n, sizeof(*ret->v), compare_age);
	}
	return 0;
}

int journal_disk_usage(const struct place *p, struct arena *a)
{
	struct files files;
	char text[32];

	if (files_list(p, a, &files) < 0) {
		return 1;
	}
	printf("Archived and active journals take up %s in the file system.\n",
	       journal_format_bytes(text, sizeof(text), files.bytes));
	return 0;
}

int journal_rotate(const struct place *p, struct arena *a)
{
	struct files files;
	int status = 0;

	if (files_list(p, a, &files) < 0) {
		return 1;
	}
	for (size_t i = 0; i < files.n; i++) {
		const struct file *f = &files.v[i];

		if (f->is_old || f->is_empty) {
			continue;
		}
		if (rename(f->path, arena_printf(a, "%s.1", f->path)) < 0 && errno != ENOENT) {
			fprintf(stderr, "Failed to rotate %s: %s\n", f->path, strerror(errno));
			status = 1;
		}
	}
	return status;
}

static bool is_too_much(const struct journal_options *o, const struct files *files,
			const struct file *f, usec_t now)
{
	return (o->vacuum_size > 0 && files->bytes > o->vacuum_size) ||
	       (o->vacuum_files > 0 && files->n_old > o->vacuum_files) ||
	       (o->vacuum_time > 0 && usec_add(f->changed, o->vacuum_time) < now);
}

int journal_vacuum(const struct journal_options *o, const struct place *p, struct arena *a)
{
	usec_t now = clock_realtime();
	struct files files;
	uint64_t freed = 0;
	char text[32];
	int status = 0;

	if (files_list(p, a, &files) < 0) {
		return 1;
	}
	for (size_t i = 0; i < files.n; i++) {
		const struct file *f = &files.v[i];

		if (!f->is_old || !is_too_much(o, &files, f, now)) {
			continue;
		}
		if (unlink(f->path) < 0) {
			fprintf(stderr, "Failed to delete archived journal %s: %s\n", f->path,
				strerror(errno));
			status = 1;
			continue;
		}
		files.bytes -= f->bytes;
		files.n_old--;
		freed += f->bytes;
		if (!o->quiet) {
			fprintf(stderr, "Deleted archived journal %s (%s).\n", f->path,
				journal_format_bytes(text, sizeof(text), f->bytes));
		}
	}
	if (!o->quiet) {
		fprintf(stderr, "Vacuuming done, freed %s of archived journals from %s.\n",
			journal_format_bytes(text, sizeof(text), freed), p->log_dir);
	}
	return status;
}
