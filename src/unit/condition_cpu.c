/* SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "condition_internal.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>

enum cpu_register { CPU_EBX, CPU_ECX, CPU_EDX };

struct cpu_feature {
	const char *name;
	unsigned leaf;
	enum cpu_register place;
	unsigned bit;
};

/* Intel's and AMD's manuals, CPUID; names are those of systemd.unit(5), ConditionCPUFeature=. */
static const struct cpu_feature features[] = {
	{ "fpu", 1, CPU_EDX, 0 },
	{ "vme", 1, CPU_EDX, 1 },
	{ "de", 1, CPU_EDX, 2 },
	{ "pse", 1, CPU_EDX, 3 },
	{ "tsc", 1, CPU_EDX, 4 },
	{ "msr", 1, CPU_EDX, 5 },
	{ "pae", 1, CPU_EDX, 6 },
	{ "mce", 1, CPU_EDX, 7 },
	{ "cx8", 1, CPU_EDX, 8 },
	{ "apic", 1, CPU_EDX, 9 },
	{ "sep", 1, CPU_EDX, 11 },
	{ "mtrr", 1, CPU_EDX, 12 },
	{ "pge", 1, CPU_EDX, 13 },
	{ "mca", 1, CPU_EDX, 14 },
	{ "cmov", 1, CPU_EDX, 15 },
	{ "pat", 1, CPU_EDX, 16 },
	{ "pse36", 1, CPU_EDX, 17 },
	{ "clflush", 1, CPU_EDX, 19 },
	{ "mmx", 1, CPU_EDX, 23 },
	{ "fxsr", 1, CPU_EDX, 24 },
	{ "sse", 1, CPU_EDX, 25 },
	{ "sse2", 1, CPU_EDX, 26 },
	{ "ht", 1, CPU_EDX, 28 },
	{ "pni", 1, CPU_ECX, 0 },
	{ "pclmul", 1, CPU_ECX, 1 },
	{ "monitor", 1, CPU_ECX, 3 },
	{ "ssse3", 1, CPU_ECX, 9 },
	{ "fma3", 1, CPU_ECX, 12 },
	{ "cx16", 1, CPU_ECX, 13 },
	{ "sse4_1", 1, CPU_ECX, 19 },
	{ "sse4_2", 1, CPU_ECX, 20 },
	{ "movbe", 1, CPU_ECX, 22 },
	{ "popcnt", 1, CPU_ECX, 23 },
	{ "aes", 1, CPU_ECX, 25 },
	{ "xsave", 1, CPU_ECX, 26 },
	{ "osxsave", 1, CPU_ECX, 27 },
	{ "avx", 1, CPU_ECX, 28 },
	{ "f16c", 1, CPU_ECX, 29 },
	{ "rdrand", 1, CPU_ECX, 30 },
	{ "bmi1", 7, CPU_EBX, 3 },
	{ "avx2", 7, CPU_EBX, 5 },
	{ "bmi2", 7, CPU_EBX, 8 },
	{ "rdseed", 7, CPU_EBX, 18 },
	{ "adx", 7, CPU_EBX, 19 },
	{ "sha_ni", 7, CPU_EBX, 29 },
	{ "lahf_lm", 0x80000001, CPU_ECX, 0 },
	{ "abm", 0x80000001, CPU_ECX, 5 },
	{ "syscall", 0x80000001, CPU_EDX, 11 },
	{ "rdtscp", 0x80000001, CPU_EDX, 27 },
	{ "lm", 0x80000001, CPU_EDX, 29 },
	{ "constant_tsc", 0x80000007, CPU_EDX, 8 },
};

int condition_test_cpu_feature(const char *parameter)
{
	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		const struct cpu_feature *f = &features[i];
		unsigned eax, registers[3];

		if (strcasecmp(f->name, parameter) != 0) {
			continue;
		}
		return __get_cpuid_count(f->leaf, 0, &eax, &registers[CPU_EBX], &registers[CPU_ECX],
					 &registers[CPU_EDX]) &&
		       (registers[f->place] >> f->bit & 1);
	}
	return 0;
}
#else
int condition_test_cpu_feature(const char *parameter)
{
	return 0;
}
#endif
