/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "cmd/install.h"
#include "cmd/runtime.h"
#include "glyph.h"
#include "install_common.h"

/* One of the verbs that are given unit names. */
struct file_verb {
	const char *name;
	int (*run)(struct cmd *c, struct install *in, const struct strv *names,
		   struct change_list *changes, bool *ret_has_info);
	bool knows_scripts;	    /* init scripts are asked first */
	bool names_only;	    /* a path stands for its last component */
	const struct cmd_verb *now; /* what --now does afterwards, NULL = nothing */
};

static const struct cmd_verb now_start = {.name = "start", .run = cmd_start, .argument = CMD_START};
static const struct cmd_verb now_restart = {
    .name = "restart", .run = cmd_start, .argument = CMD_RESTART};
static const struct cmd_verb now_stop = {.name = "stop", .run = cmd_start, .argument = CMD_STOP};

/* ---- what is run; *ret_has_info stays true where nothing is to be said about a missing [Install]
 * ---- */

static int run_enable(struct cmd *c, struct install *in, const struct strv *names,
		      struct change_list *changes, bool *ret_has_info)
{
	int r = install_enable(in, names, install_flags_of(c), changes);

	*ret_has_info = r != 0;
	return r;
}

static int run_reenable(struct cmd *c, struct install *in, const struct strv *names,
			struct change_list *changes, bool *ret_has_info)
{
	int r = install_reenable(in, names, install_flags_of(c), changes);

	*ret_has_info = r != 0;
	return r;
}

static int run_disable(struct cmd *c, struct install *in, const struct strv *names,
		       struct change_list *changes, bool *ret_has_info)
{
	return install_disable(in, names, install_flags_of(c), changes, ret_has_info);
}

static int run_mask(struct cmd *c, struct install *in, const struct strv *names,
		    struct change_list *changes, bool *ret_has_info)
{
	return install_mask(in, names, install_flags_of(c), changes);
}

static int run_unmask(struct cmd *c, struct install *in, const struct strv *names,
		      struct change_list *changes, bool *ret_has_info)
{
	return install_unmask(in, names, install_flags_of(c), changes);
}

static int run_link(struct cmd *c, struct install *in, const struct strv *names,
		    struct change_list *changes, bool *ret_has_info)
{
	return install_link(in, names, install_flags_of(c), changes);
}

static int run_revert(struct cmd *c, struct install *in, const struct strv *names,
		      struct change_list *changes, bool *ret_has_info)
{
	return install_revert(in, names, changes);
}

static int run_preset(struct cmd *c, struct install *in, const struct strv *names,
		      struct change_list *changes, bool *ret_has_info)
{
	return install_preset(in, names, c->options.preset_mode, install_flags_of(c), changes);
}

/* ---- around it ---- */

static void print_no_install_info(const struct cmd *c)
{
	const char *dot = glyph(GLYPH_BULLET);

	if (c->options.no_warn) {
		return;
	}
	cmd_notice(
	    c,
	    "The unit files have no installation config (WantedBy=, RequiredBy=, UpheldBy=,\n"
	    "Also=, or Alias= settings in the [Install] section, and DefaultInstance= for\n"
	    "template units). This means they are not meant to be enabled or disabled using "
	    "systemctl.\n"
	    " \n" /* a line of its own also in the journal, hence not empty */
	    "Possible reasons for having these kinds of units are:\n"
	    "%1$s A unit may be statically enabled by being symlinked from another unit's\n"
	    "  .wants/, .requires/, or .upholds/ directory.\n"
	    "%1$s A unit's purpose may be to act as a helper for some other unit which has\n"
	    "  a requirement dependency on it.\n"
	    "%1$s A unit may be started when needed via activation (socket, path, timer,\n"
	    "  D-Bus, udev, scripted systemctl call, ...).\n"
	    "%1$s In case of template units, the unit is meant to be enabled with some\n"
	    "  instance name specified.",
	    dot);
}

/* Names instead of paths, with a word about it. */
static int drop_directories(struct cmd *c, const struct file_verb *v, struct strv *names)
{
	bool has_path = false;

	for (size_t i = 0; i < names->n; i++) {
		if (path_is_absolute(names->v[i])) {
			if (streq(names->v[i], "/")) {
				cmd_error("Failed to extract file name from '/': %s",
					  strerror(EADDRNOTAVAIL));
				return -EADDRNOTAVAIL;
			}
			names->v[i] = path_basename(path_simplify(&c->arena, names->v[i]));
			has_path = true;
		}
	}
	if (has_path) {
		cmd_error("Warning: Can't execute %s on the unit file path. Proceeding with the "
			  "unit name.",
			  v->name);
	}
	return 0;
}

/* link wants paths; a bare name is most likely a mistake. */
static int check_link_words(struct cmd *c, const struct strv *words)
{
	STRV_FOREACH(word, words)
	{
		if (strchr(word, '/')) {
			continue;
		}
		if (c->options.root) {
			cmd_error("Non-absolute paths are not allowed when --root= is used: %s",
				  word);
			return -EINVAL;
		}
		cmd_error(
		    "Link argument must contain at least one directory separator.\n"
		    "If you intended to link a file in the current directory, try './%s' instead.",
		    word);
		return -EINVAL;
	}
	return 0;
}

static int run_now(struct cmd *c, const struct file_verb *v, const struct strv *names)
{
	struct strv units = {0};

	if (!v->now) {
		cmd_error("--now can only be used with verb enable, disable, reenable, or mask.");
		return 1;
	}
	if (c->situation == CMD_OFFLINE_ROOT || c->situation == CMD_OFFLINE_CHROOT ||
	    c->options.global) {
		cmd_error("--now cannot be used when systemd is not running or in conjunction with "
			  "--root=/--global, refusing.");
		return 1;
	}
	STRV_FOREACH(name, names)
	{
		if (name_is_valid(path_basename(name), NAME_TEMPLATE)) {
			cmd_error("Template unit is not supported by %s --now, skipping: %s",
				  v->name, path_basename(name));
		} else {
			strv_add(&units, &c->arena, path_basename(name));
		}
	}
	if (units.n == 0) {
		return 0;
	}
	return v->now->run(c, v->now, &units);
}

static int change_files(struct cmd *c, const struct file_verb *v, const struct strv *names)
{
	struct change_list changes;
	struct install in = {0};
	bool has_info = true;
	int status, r = install_prepare(c, &in, &changes);

	if (r >= 0) {
		r = v->run(c, &in, names, &changes, &has_info);
	}
	status = install_report(c, &in, v->name, r, &changes);
	install_close(&in);
	if (status == 0 && !has_info) {
		print_no_install_info(c);
	}
	return status;
}

static int run_file_verb(struct cmd *c, const struct file_verb *v, const struct strv *args)
{
	struct strv names = {0};
	int status;

	if (install_mangle(c, args, arena_printf(&c->arena, "to %s", v->name), &names) < 0 ||
	    (streq(v->name, "link") && check_link_words(c, &names) < 0)) {
		return 1;
	}
	if (v->knows_scripts && install_sync_sysv(c, v->name, &names) < 0) {
		return 1;
	}
	if (names.n == 0) {
		return 0;
	}
	if (v->names_only && drop_directories(c, v, &names) < 0) {
		return 1;
	}
	status = change_files(c, v, &names);
	return status == 0 && c->options.now ? run_now(c, v, &names) : status;
}

int cmd_install_enable(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return run_file_verb(c, &(struct file_verb){"enable", run_enable, true, false, &now_start},
			     args);
}

int cmd_install_disable(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return run_file_verb(c, &(struct file_verb){"disable", run_disable, true, true, &now_stop},
			     args);
}

int cmd_install_reenable(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return run_file_verb(
	    c, &(struct file_verb){"reenable", run_reenable, false, false, &now_restart}, args);
}

int cmd_install_preset(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return run_file_verb(c, &(struct file_verb){"preset", run_preset, false, false, NULL},
			     args);
}

int cmd_install_mask(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return run_file_verb(c, &(struct file_verb){"mask", run_mask, false, false, &now_stop},
			     args);
}

int cmd_install_unmask(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return run_file_verb(c, &(struct file_verb){"unmask", run_unmask, false, false, NULL},
			     args);
}

int cmd_install_link(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return run_file_verb(c, &(struct file_verb){"link", run_link, false, false, NULL}, args);
}

int cmd_install_revert(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return run_file_verb(c, &(struct file_verb){"revert", run_revert, false, false, NULL},
			     args);
}
