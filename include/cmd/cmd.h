/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verbs: argument words in, text and exit status out. One file per verb family; one sorted table of verbs (src/cmd/verbs.c).
 */

#include "install/install.h"
#include "job/run.h"

enum cmd_situation {			/* DESIGN.md section 2 */
	CMD_OFFLINE_ROOT,		/* --root= */
	CMD_OFFLINE_CHROOT,		/* chroot or SYSTEMD_OFFLINE=1 */
	CMD_BARE,
	CMD_BOOTED,			/* soloctl is PID 1 */
};

struct cmd_options {			/* all options of systemctl(1), typed; filled by options.c */
	enum search_scope scope;
	const char *root;
	const char *image;
	const char *host, *machine;
	struct strv types, states;	/* -t, --state */
	struct strv properties;		/* -p, -P */
	bool value_only;		/* --value, -P */
	bool all, full, quiet, force, no_block, wait, runtime, now, no_reload, no_warn, no_wall, no_ask_password;
	unsigned force_level;
	bool reverse, after, before, jobs_after, jobs_before, with_dependencies, failed, recursive, plain, dry_run, show_transaction, marked, read_only, mkdir, stdin_input;
	bool firmware_setup, legend, legend_set, no_pager, check_inhibitors;
	enum job_mode job_mode; bool job_mode_set;
	enum preset_mode preset_mode;
	const char *kill_whom; int signal; bool signal_set; int kill_value; bool kill_value_set;
	const char *output;		/* -o */
	unsigned lines; bool lines_set;	/* -n */
	const char *what;		/* clean */
	const char *drop_in, *message, *timestamp, *when, *boot_loader_menu, *boot_loader_entry, *reboot_argument;
	bool user, global;
	const char *transient;		/* systemd-run: the type of the unit that it makes; errors of planning speak of it, and are negative */
	bool show_types;
	const char *job_mode_text;	/* --job-mode= as typed: an unknown one is only an error of the verb that uses it */
	const char *capsule, *image_policy;
	const char *signal_text;	/* -s as typed */
};

struct cmd {				/* one invocation */
	struct arena arena;
	struct cmd_options options;
	enum cmd_situation situation;
	struct place place; bool place_ready;
	struct unit_store store; bool store_ready;
	struct install unit_files; bool unit_files_ready;
	struct strv loaded; bool loaded_ready;	/* all loaded units, once `status` has asked for them */
	struct queued_job *queue; size_t n_queue; bool queue_ready;	/* what waits in other commands */
	const char *argv0;
};

struct cmd_verb {
	const char *name;
	int min_args, max_args;		/* without the verb; -1 = no limit */
	int (*run)(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
	unsigned flags;			/* enum cmd_verb_flags */
	int argument;			/* job type or the like */
	const char *synopsis, *help;	/* for --help */
	const char *section;		/* heading in --help */
};
enum cmd_verb_flags {
	CMD_ONLINE_ONLY = 1 << 0,	/* refused with --root, ignored in a chroot */
	CMD_HIDDEN = 1 << 1,		/* alias, not in --help */
};

/* The verb, or NULL. */
const struct cmd_verb *cmd_verb_find(const char *name);
/* All rows, sorted by name. */
const struct cmd_verb *cmd_verb_all(size_t *ret_n);
/* The nearest verb to a word that is none, or NULL: a prefix first, else an edit distance of at most 5. */
const char *cmd_verb_suggest(const char *word);
/*
 * Parses argv as getopt_long(3) does (options anywhere, abbreviations, "--"), prints its errors. 0: go on with the words left in ret_words;
 * 1: everything is done (--help, --version, a list of values, an error) and *ret_exit is the exit status.
 */
int cmd_options_parse(struct cmd *c, int argc, char **argv, struct strv *ret_words, int *ret_exit);

/* Lazily opened: where records are, and the unit store. 0 or -errno (message printed). */
int cmd_need_place(struct cmd *c);
int cmd_need_store(struct cmd *c);
/* The same for what is installed, to look things up: 0 or -errno (nothing printed). */
int cmd_need_unit_files(struct cmd *c);
/* Every printed text goes through these. Errors to stderr, one line. */
void cmd_error(const char *format, ...) PRINTF(1, 2);
void cmd_notice(const struct cmd *c, const char *format, ...) PRINTF(2, 3);	/* silent with -q */
/* --help and --version. */
void cmd_help_print(void);
void cmd_version_print(void);
/* Finds out the situation (DESIGN.md section 2) from options and environment. */
enum cmd_situation cmd_situation_detect(const struct cmd *c);
/* Are the unit files those of this container itself: no --root= or just --root=/, and no chroot? SYSTEMD_OFFLINE changes nothing about it. */
bool cmd_is_own_root(const struct cmd *c);
/* The whole of one invocation of `systemctl`; the exit status. */
int cmd_main(int argc, char **argv);

/* Names as typed -> unit names; prints the "escaped as" notice and mangle errors. 0 or -EINVAL. */
int cmd_mangle_names(struct cmd *c, const struct strv *words, const char *suffix, bool globs, struct strv *ret);
