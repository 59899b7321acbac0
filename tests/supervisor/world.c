/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/root.h"
#include "supervisor/supervisor.h"
#include "world.h"

#define TICK_MS 10
#define WAIT_TICKS 500
#define ANSWER_MS 20000

static void tick(void)
{
	struct timespec t = { .tv_nsec = TICK_MS * 1000000L };

	nanosleep(&t, NULL);
}

/* What cmd does with the word that a supervisor says when a unit has ended: here it is only written
 * down. */
static void play_aftermath(int argc, char **argv)
{
	CLEANUP_ARENA struct arena a = {0};
	const char *dir = getenv("WORLD_DIR");
	FILE *f = fopen(path_join(&a, dir, "aftermath"), "ae");

	for (int i = 1; f && i < argc; i++) {
		fprintf(f, "%s ", argv[i]);
	}
	if (f) {
		fprintf(f, "result=%s code=%s status=%s\n", getenv("MONITOR_SERVICE_RESULT"),
			getenv("MONITOR_EXIT_CODE"), getenv("MONITOR_EXIT_STATUS"));
		fclose(f);
	}
}

static void unescape(const char *s, char *text, size_t max)
{
	size_t n = 0;

	for (; *s && n + 1 < max; s++) {
		bool newline = s[0] == '\\' && s[1] == 'n';

		text[n++] = newline ? '\n' : *s;
		s += newline;
	}
	text[n] = '\0';
}

/* PROGRAM notify TEXT [barrier]: what sd_notify(3) and sd_notify_barrier(3) do; "\\n" in the text
 * is a newline. */
static int play_notify(int argc, char **argv)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char text[512] = "";
	int fds[2];
	struct pollfd p = { .events = POLLHUP };

	unescape(argv[2], text, sizeof(text));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", str_or_empty(path));
	if (address.sun_path[0] == '@') {
		address.sun_path[0] = '\0';
	}
	if (!path ||
	    connect(fd, (struct sockaddr *)&address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))) < 0) {
		return 1;
	}
	if (argc < 4) {
		return control_send(fd, text, NULL, 0) < 0;
	}
	if (control_send(fd, text, NULL, 0) < 0 || pipe2(fds, O_CLOEXEC) < 0) {
		return 1;
	}
	unescape(streq(argv[3], "barrier") ? "BARRIER=1" : argv[3], text, sizeof(text));
	if (control_send(fd, text, &fds[1], 1) < 0) {
		return 1;
	}
	close(fds[1]);
	p.fd = fds[0];
	return streq(argv[3], "barrier") && poll(&p, 1, 3000) <= 0;
}

/* By hand: PROGRAM bench UNIT N: microseconds for a start and for a stop, beside those of an empty
 * program. */
static int bench_by_hand(char **argv)
{
	struct world w = {0};
	int n = atoi(argv[3]);
	usec_t sums[3] = {0};

	if (place_init(&w.place, false, &w.arena) < 0) {
		return 1;
	}
	for (int i = 0; i < n; i++) {
		usec_t begin = clock_monotonic();
		usec_t started, stopped;
		pid_t pid;

		world_ask(&w, argv[2], "start");
		started = clock_monotonic();
		world_ask(&w, argv[2], "stop");
		stopped = clock_monotonic();
		pid = fork();
		if (pid == 0) {
			execl("/bin/true", "true", (char *)NULL);
			_exit(1);
		}
		waitpid(pid, NULL, 0);
		sums[0] += started - begin;
		sums[1] += stopped - started;
		sums[2] += clock_monotonic() - stopped;
		arena_free(&w.arena);
		place_init(&w.place, false, &w.arena);
	}
	printf("start %lu stop %lu true %lu\n", (unsigned long)(sums[0] / n),
	       (unsigned long)(sums[1] / n), (unsigned long)(sums[2] / n));
	return 0;
}

/* By hand: PROGRAM ask UNIT WORD…, in a world that the environment names. */
static int ask_by_hand(int argc, char **argv)
{
	struct world w = {0};
	CLEANUP_STRBUF struct strbuf b = {0};

	if (place_init(&w.place, false, &w.arena) < 0) {
		return 1;
	}
	for (int i = 3; i < argc; i++) {
		strbuf_addf(&b, "%s%s", i > 3 ? " " : "", argv[i]);
	}
	printf("%s\n", world_ask(&w, argv[2], b.s));
	return 0;
}

void world_main(int argc, char **argv)
{
	if (streq(argv[0], SUPERVISOR_ARGV0)) {
		exit(supervisor_main(argc, argv));
	}
	if (argc > 1 && streq(argv[1], "--soloctl-aftermath")) {
		play_aftermath(argc, argv);
		exit(0);
	}
	if (argc > 2 && streq(argv[1], "notify")) {
		exit(play_notify(argc, argv));
	}
	if (argc > 3 && streq(argv[1], "bench")) {
		exit(bench_by_hand(argv));
	}
	if (argc > 3 && streq(argv[1], "ask")) {
		exit(ask_by_hand(argc, argv));
	}
}

void world_open(struct world *w)
{
	const char *subdirs[] = { "units", "run", "log" };

	*w = (struct world){0};
	snprintf(w->dir, sizeof(w->dir), "/tmp/soloctl-world-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	for (size_t i = 0; i < ARRAY_SIZE(subdirs); i++) {
		assert_int_equal(mkdir(path_join(&w->arena, w->dir, subdirs[i]), 0755), 0);
	}
	setenv("WORLD_DIR", w->dir, 1);
	setenv("SYSTEMD_UNIT_PATH", path_join(&w->arena, w->dir, "units"), 1);
	setenv("SOLOCTL_RUNTIME_DIR", path_join(&w->arena, w->dir, "run"), 1);
	setenv("SOLOCTL_LOG_DIR", path_join(&w->arena, w->dir, "log"), 1);
	/* Everything that a supervisor leaves behind comes to us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	assert_int_equal(place_init(&w->place, false, &w->arena), 0);
}

void world_close(struct world *w)
{
	struct proc_stat *list;
	size_t n = 0;

	for (int i = 0; i < 200; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0) {
		}
		assert_int_equal(proc_list_descendants(getpid(), &w->arena, &list, &n), 0);
		if (n == 0) {
			break;
		}
		tick();
	}
	for (size_t i = 0; i < n; i++) {
		print_error("left: %ld %s (%c)\n", (long)list[i].pid,
			    proc_command_line(list[i].pid, &w->arena), list[i].state);
		kill(list[i].pid, SIGKILL);
	}
	io_remove_tree(AT_FDCWD, w->dir);
	arena_free(&w->arena);
	assert_int_equal(n, 0);
}

int world_setup(void **state)
{
	static struct world w;

	world_open(&w);
	*state = &w;
	return 0;
}

int world_teardown(void **state)
{
	world_close(*state);
	return 0;
}

void world_unit(struct world *w, const char *name, const char *text)
{
	CLEANUP_STRBUF struct strbuf b = {0};
	char *path = arena_printf(&w->arena, "%s/units/%s", w->dir, name);
	char exe[4096] = "";

	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0) {
		exe[0] = '\0';
	}
	for (; *text; text++) {
		if (str_has_prefix(text, "@exe")) {
			strbuf_add(&b, exe);
			text += 3;
		} else if (*text == '@') {
			strbuf_add(&b, w->dir);
		} else {
			strbuf_add_char(&b, *text);
		}
	}
	assert_int_equal(io_write_atomic(AT_FDCWD, path, b.s, b.n, 0644), 0);
}

int world_send(struct world *w, const char *unit, const char *request)
{
	int fd = control_connect(&w->place, unit);

	if (fd >= 0 && control_send(fd, request, NULL, 0) < 0) {
		close(fd);
		fd = -1;
	}
	return fd >= 0 ? fd : supervisor_spawn(&w->place, unit, request);
}

const char *world_answer(struct world *w, int fd)
{
	char text[CONTROL_MESSAGE_MAX];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	if (fd < 0) {
		return arena_printf(&w->arena, "no connection: %s", strerror(-fd));
	}
	if (poll(&p, 1, ANSWER_MS) <= 0) {
		return "silence";
	}
	n = control_receive(fd, text, NULL, 0, NULL);
	return n > 0 ? arena_strdup(&w->arena, text) : "closed";
}

const char *world_ask(struct world *w, const char *unit, const char *request)
{
	const char *text = "closed";

	/* A supervisor that is just leaving hangs up: as any client does, ask again. */
	for (int i = 0; i < 3 && streq(text, "closed"); i++) {
		CLEANUP_CLOSE int fd = world_send(w, unit, request);

		text = world_answer(w, fd);
	}
	return text;
}

bool world_record(struct world *w, const char *unit, struct record *ret)
{
	return record_read(&w->place, unit, &w->arena, ret) == 0;
}

static bool has_dir(struct world *w, const char *unit)
{
	return access(place_unit_dir(&w->place, unit, &w->arena), F_OK) == 0;
}

bool world_wait(struct world *w, const char *unit, const char *sub)
{
	struct record r;

	for (int i = 0; i < WAIT_TICKS; i++) {
		if (streq(sub, "dead") ? !has_dir(w, unit) : world_record(w, unit, &r) && streq(r.sub, sub)) {
			return true;
		}
		tick();
	}
	print_error("%s is %s, not %s\n", unit, world_record(w, unit, &r) ? r.sub : "gone", sub);
	return false;
}

const char *world_file(struct world *w, const char *name, const char *wanted)
{
	char *path = path_join(&w->arena, w->dir, name);
	char *text = "";

	for (int i = 0; i < WAIT_TICKS; i++) {
		text = "";
		if (io_read_file(AT_FDCWD, path, 1024 * 1024, &w->arena, &text, NULL) < 0) {
			text = "";
		}
		if (!wanted || strstr(text, wanted)) {
			return text;
		}
		tick();
	}
	fail_msg("%s has no '%s': %s\n", name, wanted, text);
	return text;
}

const char *world_log(struct world *w, const char *unit, const char *wanted)
{
	return world_file(w, arena_printf(&w->arena, "log/%s.log", unit), wanted);
}
