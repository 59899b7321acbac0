/* SPDX-License-Identifier: MIT */

/* Resource control: accepted, checked and shown. A container has no cgroup tree to apply it to. */

#include "directive_internal.h"

#define MAN "systemd.resource-control(5)"

#define NOTE_CGROUP "needs a cgroup of the unit's own"
#define NOTE_BPF "needs BPF programs on a cgroup"
#define NOTE_DEVICE "device access is the container's"
#define NOTE_OOMD "needs systemd-oomd"

/* Sorted by name in byte order. */
static const struct directive cgroup_rows[] = {
	TEXT("AllowedCPUs", cpus, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("AllowedMemoryNodes", cpus, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("BPFProgram", lines, 0, NULL, NULL, NOTE_BPF),
	TEXT("BlockIOAccounting", bool, 0, NULL, "no", NOTE_CGROUP),
	TEXT("BlockIODeviceWeight", lines, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("BlockIOReadBandwidth", lines, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("BlockIOWeight", weight, 3, NULL, "[not set]", NOTE_CGROUP),
	TEXT("BlockIOWriteBandwidth", lines, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("CPUAccounting", bool, 0, NULL, "yes", NOTE_CGROUP),
	TEXT("CPUQuota", quota, 0, "CPUQuotaPerSecUSec", "infinity", NOTE_CGROUP),
	TEXT("CPUQuotaPeriodSec", span, 0, "CPUQuotaPeriodUSec", "infinity", NOTE_CGROUP),
	TEXT("CPUShares", weight, 4, NULL, "[not set]", NOTE_CGROUP),
	TEXT("CPUWeight", weight, 1, NULL, "[not set]", NOTE_CGROUP),
	TEXT("CoredumpReceive", bool, 0, NULL, "no", NOTE_CGROUP),
	TEXT("DefaultMemoryLow", memory, 0, NULL, "0", NOTE_CGROUP),
	TEXT("DefaultMemoryMin", memory, 0, NULL, "0", NOTE_CGROUP),
	TEXT("DefaultStartupMemoryLow", memory, 0, NULL, "0", NOTE_CGROUP),
	{ "Delegate", directive_parse_text_delegate, 0, DIRECTIVE_NO_EFFECT, 0, NULL,
	  directive_print_delegate, NOTE_CGROUP, "no" },
	TEXT("DelegateSubgroup", delegate_subgroup, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("DeviceAllow", lines, 0, NULL, NULL, NOTE_DEVICE),
	TEXT("DevicePolicy", choice, CHOICE_DEVICE_POLICY, NULL, "auto", NOTE_DEVICE),
	TEXT("DisableControllers", words, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("IOAccounting", bool, 0, NULL, "no", NOTE_CGROUP),
	TEXT("IODeviceLatencyTargetSec", lines, 0, "IODeviceLatencyTargetUSec", NULL, NOTE_CGROUP),
	TEXT("IODeviceWeight", lines, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("IOReadBandwidthMax", lines, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("IOReadIOPSMax", lines, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("IOWeight", weight, 2, NULL, "[not set]", NOTE_CGROUP),
	TEXT("IOWriteBandwidthMax", lines, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("IOWriteIOPSMax", lines, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("IPAccounting", bool, 0, NULL, "no", NOTE_BPF),
	TEXT("IPAddressAllow", addresses, 0, NULL, NULL, NOTE_BPF),
	TEXT("IPAddressDeny", addresses, 0, NULL, NULL, NOTE_BPF),
	TEXT("IPEgressFilterPath", path, 0, NULL, NULL, NOTE_BPF),
	TEXT("IPIngressFilterPath", path, 0, NULL, NULL, NOTE_BPF),
	TEXT("ManagedOOMMemoryPressure", choice, CHOICE_OOM_ACTION, NULL, "auto", NOTE_OOMD),
	TEXT("ManagedOOMMemoryPressureDurationSec", span, 0, "ManagedOOMMemoryPressureDurationUSec",
	     "[not set]", NOTE_OOMD),
	TEXT("ManagedOOMMemoryPressureLimit", pressure, 0, NULL, "0", NOTE_OOMD),
	TEXT("ManagedOOMPreference", choice, CHOICE_OOM_PREFERENCE, NULL, "none", NOTE_OOMD),
	TEXT("ManagedOOMSwap", choice, CHOICE_OOM_ACTION, NULL, "auto", NOTE_OOMD),
	TEXT("MemoryAccounting", bool, 0, NULL, "yes", NOTE_CGROUP),
	TEXT("MemoryHigh", memory, 0, NULL, "infinity", NOTE_CGROUP),
	TEXT("MemoryLimit", memory, 0, NULL, "infinity", NOTE_CGROUP),
	TEXT("MemoryLow", memory, 0, NULL, "0", NOTE_CGROUP),
	TEXT("MemoryMax", memory, 0, NULL, "infinity", NOTE_CGROUP),
	TEXT("MemoryMin", memory, 0, NULL, "0", NOTE_CGROUP),
	TEXT("MemoryPressureThresholdSec", span, 0, "MemoryPressureThresholdUSec", "200ms",
	     NOTE_CGROUP),
	TEXT("MemoryPressureWatch", choice, CHOICE_PRESSURE_WATCH, NULL, "auto", NOTE_CGROUP),
	TEXT("MemorySwapMax", memory, 0, NULL, "infinity", NOTE_CGROUP),
	TEXT("MemoryZSwapMax", memory, 0, NULL, "infinity", NOTE_CGROUP),
	TEXT("MemoryZSwapWriteback", bool, 0, NULL, "yes", NOTE_CGROUP),
	TEXT("NFTSet", words, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("RestrictNetworkInterfaces", words, 0, NULL, "~", NOTE_BPF),
	WORKS("Slice", slice, slice, 0, NULL, string),
	TEXT("SocketBindAllow", lines, 0, NULL, NULL, NOTE_BPF),
	TEXT("SocketBindDeny", lines, 0, NULL, NULL, NOTE_BPF),
	TEXT("StartupAllowedCPUs", cpus, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("StartupAllowedMemoryNodes", cpus, 0, NULL, NULL, NOTE_CGROUP),
	TEXT("StartupBlockIOWeight", weight, 3, NULL, "[not set]", NOTE_CGROUP),
	TEXT("StartupCPUShares", weight, 4, NULL, "[not set]", NOTE_CGROUP),
	TEXT("StartupCPUWeight", weight, 1, NULL, "[not set]", NOTE_CGROUP),
	TEXT("StartupIOWeight", weight, 2, NULL, "[not set]", NOTE_CGROUP),
	TEXT("StartupMemoryHigh", memory, 0, NULL, "infinity", NOTE_CGROUP),
	TEXT("StartupMemoryLow", memory, 0, NULL, "0", NOTE_CGROUP),
	TEXT("StartupMemoryMax", memory, 0, NULL, "infinity", NOTE_CGROUP),
	TEXT("StartupMemorySwapMax", memory, 0, NULL, "infinity", NOTE_CGROUP),
	TEXT("StartupMemoryZSwapMax", memory, 0, NULL, "infinity", NOTE_CGROUP),
	TEXT("TasksAccounting", bool, 0, NULL, "yes", NOTE_CGROUP),
	TEXT("TasksMax", tasks, 0, NULL, "infinity", NOTE_CGROUP),
};

GROUP(cgroup, "cgroup", cgroup_rows);
