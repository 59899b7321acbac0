/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <strings.h>

#include "base/names.h"
#include "unit/value.h"

#define FACILITY_MAX 127
#define FACILITY_SHIFT 3

int value_parse_bool(const char *s, bool *ret)
{
	static const char *const yes[] = {"1", "yes", "y", "true", "t", "on"};
	static const char *const no[] = {"0", "no", "n", "false", "f", "off"};

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (strcasecmp(s, yes[i]) == 0) {
			*ret = true;
			return 0;
		}
		if (strcasecmp(s, no[i]) == 0) {
			*ret = false;
			return 0;
		}
	}
	return -EINVAL;
}

int value_parse_mode(const char *s, mode_t *ret)
{
	unsigned long mode;

	s += strspn(s, " \t\r\n");
	if (*s == '\0' || strspn(s, "01234567") != strlen(s)) {
		return -EINVAL;
	}
	errno = 0;
	mode = strtoul(s, NULL, 8);
	if (errno != 0 || mode > 07777) {
		return -ERANGE;
	}
	*ret = (mode_t)mode;
	return 0;
}

/*
 * "0b101" and "0o17" beside what strtol knows with base 0. The digits, and the base that they are
 * in.
 */
static const char *integer_digits(const char *s, int *ret_base)
{
	*ret_base = 0;
	if (s[0] != '0') {
		return s;
	}
	if (s[1] == 'b' || s[1] == 'B') {
		*ret_base = 2;
		return s + 2;
	}
	if (s[1] == 'o' || s[1] == 'O') {
		*ret_base = 8;
		return s + 2;
	}
	return s;
}

int value_parse_int(const char *s, int *ret)
{
	int base;
	char *end;
	long value;

	s = integer_digits(s + strspn(s, " \t\r\n"), &base);
	errno = 0;
	value = strtol(s, &end, base);
	if (errno != 0) {
		return -errno;
	}
	if (end == s || *end != '\0') {
		return -EINVAL;
	}
	if (value < INT_MIN || value > INT_MAX) {
		return -ERANGE;
	}
	*ret = (int)value;
	return 0;
}

int value_parse_u64(const char *s, uint64_t *ret)
{
	int base;
	char *end;
	unsigned long long value;

	s = integer_digits(s + strspn(s, " \t\r\n"), &base);
	errno = 0;
	value = strtoull(s, &end, base);
	if (errno != 0) {
		return -errno;
	}
	if (end == s || *end != '\0') {
		return -EINVAL;
	}
	/* strtoull() negates: "-1" would be the largest number */
	if (*s == '-' && value != 0) {
		return -ERANGE;
	}
	*ret = value;
	return 0;
}

int value_parse_unsigned(const char *s, unsigned *ret)
{
	uint64_t value;
	int r = value_parse_u64(s, &value);

	if (r < 0) {
		return r;
	}
	if (value > UINT_MAX) {
		return -ERANGE;
	}
	*ret = (unsigned)value;
	return 0;
}

/* A name of the table, or a number up to max. */
static int parse_name_or_number(const char *const *table, size_t n, int max, const char *s,
				int *ret)
{
	int i = names_find(table, n, s);
	unsigned number;

	if (i < 0) {
		if (value_parse_unsigned(s, &number) < 0 || number > (unsigned)max) {
			return -EINVAL;
		}
		i = (int)number;
	}
	*ret = i;
	return 0;
}

int value_parse_log_level(const char *s, int *ret)
{
	static const char *const levels[] = {
		"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
	};

	return parse_name_or_number(levels, ARRAY_SIZE(levels), (int)ARRAY_SIZE(levels) - 1, s,
				    ret);
}

int value_parse_log_facility(const char *s, int *ret)
{
	static const char *const facilities[] = {
		"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp",
		"cron", "authpriv", "ftp",
		[16] = "local0", "local1", "local2", "local3",
		[20] = "local4", "local5", "local6", "local7",
	};
	int facility;
	int r = parse_name_or_number(facilities, ARRAY_SIZE(facilities), FACILITY_MAX, s,
				     &facility);

	if (r < 0) {
		return r;
	}
	*ret = facility << FACILITY_SHIFT;
	return 0;
}
