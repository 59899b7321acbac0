/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#include "base/str.h"
#include "seccomp_tables.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

/* The families of address_families(7); their numbers are the same on every architecture. */
static const struct {
	const char *name;
	int number;
} families[] = {
    {"AF_ALG", 38},	{"AF_APPLETALK", 5},   {"AF_ASH", 18},	     {"AF_ATMPVC", 8},
    {"AF_ATMSVC", 20},	{"AF_AX25", 3},	       {"AF_BLUETOOTH", 31}, {"AF_BRIDGE", 7},
    {"AF_CAIF", 37},	{"AF_CAN", 29},	       {"AF_ECONET", 19},    {"AF_FILE", 1},
    {"AF_IB", 27},	{"AF_IEEE802154", 36}, {"AF_INET", 2},	     {"AF_INET6", 10},
    {"AF_IPX", 4},	{"AF_IRDA", 23},       {"AF_ISDN", 34},	     {"AF_IUCV", 32},
    {"AF_KCM", 41},	{"AF_KEY", 15},	       {"AF_LLC", 26},	     {"AF_LOCAL", 1},
    {"AF_MCTP", 45},	{"AF_MPLS", 28},       {"AF_NETBEUI", 13},   {"AF_NETLINK", 16},
    {"AF_NETROM", 6},	{"AF_NFC", 39},	       {"AF_PACKET", 17},    {"AF_PHONET", 35},
    {"AF_PPPOX", 24},	{"AF_QIPCRTR", 42},    {"AF_RDS", 21},	     {"AF_ROSE", 11},
    {"AF_ROUTE", 16},	{"AF_RXRPC", 33},      {"AF_SECURITY", 14},  {"AF_SMC", 43},
    {"AF_SNA", 22},	{"AF_TIPC", 30},       {"AF_UNIX", 1},	     {"AF_VSOCK", 40},
    {"AF_WANPIPE", 25}, {"AF_X25", 9},	       {"AF_XDP", 44},
};

int seccomp_family_parse(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		if (streq(families[i].name, name)) {
			return families[i].number;
		}
	}
	return -EINVAL;
}

static const struct {
	const char *name;
	unsigned bit;
} namespaces[] = {
    {"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC},	  {"net", CLONE_NEWNET},
    {"mnt", CLONE_NEWNS},	 {"pid", CLONE_NEWPID},	  {"user", CLONE_NEWUSER},
    {"uts", CLONE_NEWUTS},	 {"time", CLONE_NEWTIME},
};

/* Does the word stand in the list? */
static bool list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = list; *(s += strspn(s, " \t")); s += strcspn(s, " \t")) {
		if (strcspn(s, " \t") == n && strncmp(s, word, n) == 0) {
			return true;
		}
	}
	return false;
}

unsigned seccomp_forbidden_namespaces(const char *value)
{
	bool invert = value && *value == '~';
	bool all = value && streq(value, "yes");
	unsigned bits = 0;

	if (!value || streq(value, "no")) {
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(namespaces); i++) {
		if (all || list_has(value + invert, namespaces[i].name) == invert) {
			bits |= namespaces[i].bit;
		}
	}
	return bits;
}
