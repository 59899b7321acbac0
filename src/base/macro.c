/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>

#include "base/macro.h"

void macro_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	errno = saved;
}

void macro_free(void *p)
{
	void **owner = p;

	free(*owner);
	*owner = NULL;
}

void macro_closedir(void *p)
{
	DIR **owner = p;
	int saved = errno;

	if (*owner) {
		closedir(*owner);
		*owner = NULL;
	}
	errno = saved;
}
