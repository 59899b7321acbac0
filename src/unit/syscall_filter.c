/* SPDX-License-Identifier: MIT */
#include "unit/syscall_filter.h"

#include "unit/directive.h"

/* Without the table of groups (the static build, which applies no filters) a group stays the word that it is. */
#ifdef HAVE_SYSCALL_GROUPS
#define KEEPS_GROUPS false
#else
#define KEEPS_GROUPS true

const char *syscall_group_words(const char *name)
{
	(void)name;
	return NULL;
}
#endif

/* Where the name is, or where it would have to be. */
static size_t list_position(const struct syscall_list *l, const char *name, bool *ret_found)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(l->calls[middle].name, name);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	*ret_found = false;
	return low;
}

static void list_put(struct syscall_list *l, struct arena *a, const struct syscall_entry *e)
{
	bool found;
	size_t at = list_position(l, e->name, &found);

	if (!found) {
		*ARENA_PUSH(a, l->calls, l->n, l->cap) = (struct syscall_entry){ 0 };
		memmove(l->calls + at + 1, l->calls + at, (l->n - 1 - at) * sizeof(*l->calls));
	}
	l->calls[at] = *e;
}

static void list_remove(struct syscall_list *l, const char *name)
{
	bool found;
	size_t at = list_position(l, name, &found);

	if (found) {
		l->n--;
		memmove(l->calls + at, l->calls + at + 1, (l->n - at) * sizeof(*l->calls));
	}
}

static void list_apply(struct syscall_list *l, struct arena *a, const struct syscall_entry *e,
		       bool adds)
{
	struct strv names = { 0 };

	strv_add(&names, a, e->name);
	for (size_t i = 0; i < names.n; i++) {
		if (names.v[i][0] == '@' && !KEEPS_GROUPS) {
			strv_split(&names, a, str_or_empty(syscall_group_words(names.v[i])), " ");
		} else if (adds) {
			list_put(l, a,
				 &(struct syscall_entry){ names.v[i], e->verdict, e->word });
		} else {
			list_remove(l, names.v[i]);
		}
	}
}

static int verdict_of(const char *word)
{
	int number;

	if (!word) {
		return SYSCALL_LISTED;
	}
	if (streq(word, "kill")) {
		return SYSCALL_KILL;
	}
	number = directive_errno_parse(word);
	return number > 0 ? number : SYSCALL_LISTED;
}

void syscall_list_resolve(const struct strv *words, struct arena *a, struct syscall_list *ret)
{
	*ret = (struct syscall_list){ .allows = words->n > 0 && words->v[0][0] != '~' };
	if (ret->allows && !KEEPS_GROUPS) {
		list_apply(ret, a, &(struct syscall_entry){ "@default", SYSCALL_LISTED, NULL },
			   true);
	}
	STRV_FOREACH(word, words)
	{
		bool invert = *word == '~';
		const char *name = word + invert;
		const char *colon = strchr(name, ':');
		struct syscall_entry e = {
			.name = colon ? arena_strndup(a, name, (size_t)(colon - name)) : name,
			.word = colon ? colon + 1 : NULL,
			.verdict = verdict_of(colon ? colon + 1 : NULL),
		};

		bool has_verdict = e.verdict != SYSCALL_LISTED;

		/* What is allowed cannot have an error; what is taken away from it, can. */
		if (*e.name && (invert || !has_verdict)) {
			list_apply(ret, a, &e, invert != ret->allows || has_verdict);
		}
	}
}
