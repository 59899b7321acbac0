/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <sys/mman.h>

#include "differ.h"

#define LIBRARY "libsystemd-shared-257.so"
#define LOG_MAX (4 << 20)

static int log_fd = -1;
static FILE *report;
static uint64_t random_state = 1;

void *differ_symbol(const char *name)
{
	static void *library;
	void *symbol;

	if (!report) {
		report = stdout;
	}
	if (!library) {
		library = dlopen(LIBRARY, RTLD_NOW);
	}
	symbol = library ? dlsym(library, name) : NULL;
	if (!symbol) {
		fprintf(report, "%s\n", dlerror());
		exit(2);
	}
	return symbol;
}

void differ_capture_log(void)
{
	log_fd = memfd_create("log", MFD_CLOEXEC);
	if (log_fd < 0 || dup2(log_fd, STDERR_FILENO) < 0) {
		exit(2);
	}
}

const char *differ_take_log(void)
{
	static char text[LOG_MAX];
	ssize_t n = pread(log_fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	if (n > 0 && (ftruncate(log_fd, 0) < 0 || lseek(log_fd, 0, SEEK_SET) < 0)) {
		exit(2);
	}
	return text;
}

void differ_seed(unsigned long seed)
{
	random_state = seed * 2654435761u + 88172645463325252u;
}

unsigned differ_random(unsigned n)
{
	/* xorshift64* */
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (unsigned)((random_state * 0x2545F4914F6CDD1DULL) >> 33) % n;
}

void differ_compose(struct strbuf *out, const char *const *pieces, size_t n_pieces, unsigned max)
{
	unsigned n = differ_random(max + 1);

	strbuf_reset(out);
	for (unsigned i = 0; i < n; i++) {
		strbuf_add(out, pieces[differ_random((unsigned)n_pieces)]);
	}
}

static void print_visibly(const char *label, const char *text, size_t n)
{
	fprintf(report, "--- %s (%zu bytes)\n", label, n);
	for (size_t i = 0; i < n && i < 1000; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\n') {
			fputs("\\n\n", report);
		} else if (c < ' ' || c > '~') {
			fprintf(report, "\\x%02x", c);
		} else {
			fputc(c, report);
		}
	}
	fputc('\n', report);
}

void differ_expect(const char *what, const char *input, size_t n, const char *theirs,
		   const char *ours)
{
	if (streq(theirs, ours)) {
		return;
	}
	fprintf(report, "%s: different\n", what);
	print_visibly("input", input, n);
	print_visibly("systemd", theirs, strlen(theirs));
	print_visibly("ours", ours, strlen(ours));
	fflush(report);
	exit(1);
}
