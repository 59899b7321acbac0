/* SPDX-License-Identifier: MIT */
#include "show.h"

/*
 * The order in which systemd 257 prints properties: those of the type, of control groups, of
 * execution, of killing, of all units.
 */
/* clang-format off */
static const char *const order[] = {
	"Type", "ExitType", "Restart", "RestartMode", "PIDFile", "NotifyAccess", "RestartUSec",
	"RestartSteps", "RestartMaxDelayUSec", "RestartUSecNext", "TimeoutStartUSec",
	"TimeoutStopUSec", "TimeoutAbortUSec", "TimeoutStartFailureMode", "TimeoutStopFailureMode",
	"RuntimeMaxUSec", "RuntimeRandomizedExtraUSec", "WatchdogUSec", "WatchdogTimestamp",
	"WatchdogTimestampMonotonic", "RootDirectoryStartOnly", "RemainAfterExit", "GuessMainPID",
	"RestartPreventExitStatus", "RestartForceExitStatus", "SuccessExitStatus", "MainPID",
	"ControlPID", "BusName", "FileDescriptorStoreMax", "NFileDescriptorStore",
	"FileDescriptorStorePreserve", "StatusText", "StatusErrno", "StatusBusError",
	"StatusVarlinkError", "Result", "TimeoutIdleUSec", "AccuracyUSec", "RandomizedDelayUSec",
	"FixedRandomDelay", "Persistent", "WakeSystem", "RemainAfterElapse", "DeferReactivation",
	"NConnections", "NAccepted", "NRefused", "FileDescriptorName", "SocketProtocol",
	"TriggerLimitIntervalUSec", "TriggerLimitBurst", "PollLimitIntervalUSec", "PollLimitBurst",
	"ReloadResult", "CleanResult", "LiveMountResult", "USBFunctionDescriptors",
	"USBFunctionStrings", "UID", "GID", "NRestarts", "OOMPolicy", "OpenFile", "ExtraFileDescriptorNames",
	"ReloadSignal", "ExecMainStartTimestamp", "ExecMainStartTimestampMonotonic",
	"ExecMainExitTimestamp", "ExecMainExitTimestampMonotonic", "ExecMainHandoffTimestamp",
	"ExecMainHandoffTimestampMonotonic", "ExecMainPID", "ExecMainCode", "ExecMainStatus",
	"ExecCondition", "ExecConditionEx", "ExecStartPre", "ExecStartPreEx", "ExecStart", "ExecStartEx",
	"ExecStartPost", "ExecStartPostEx", "ExecReload", "ExecReloadEx", "ExecStop", "ExecStopEx",
	"ExecStopPost", "ExecStopPostEx", "BindIPv6Only", "Backlog",
	"TimeoutUSec", "BindToDevice", "SocketUser", "SocketGroup", "SocketMode", "DirectoryMode",
	"SloppyOptions", "LazyUnmount", "ForceUnmount", "ReadWriteOnly", "Accept", "FlushPending",
	"Writable", "KeepAlive", "KeepAliveTimeUSec", "KeepAliveIntervalUSec", "KeepAliveProbes",
	"DeferAcceptUSec", "NoDelay", "Priority", "ReceiveBuffer", "SendBuffer", "IPTOS", "IPTTL",
	"PipeSize", "FreeBind", "Transparent", "Broadcast", "PassCredentials",
	"PassFileDescriptorsToExec", "PassSecurity", "PassPacketInfo", "Timestamping",
	"RemoveOnStop", "Listen", "Symlinks", "Mark", "MaxConnections", "MaxConnectionsPerSource",
	"MessageQueueMaxMessages", "MessageQueueMessageSize", "TCPCongestion", "ReusePort",
	"SmackLabel", "SmackLabelIPIn", "SmackLabelIPOut", "Where", "ExtraOptions", "What",
	"Options", "Unit", "Paths", "MakeDirectory", "TimersCalendar", "OnClockChange",
	"OnTimezoneChange", "NextElapseUSecRealtime", "NextElapseUSecMonotonic", "LastTriggerUSec",
	"LastTriggerUSecMonotonic", "Controller", "SysFSPath", "Slice", "ControlGroup",
	"ControlGroupId", "MemoryCurrent", "MemoryPeak", "MemorySwapCurrent", "MemorySwapPeak",
	"MemoryZSwapCurrent", "MemoryAvailable", "EffectiveMemoryMax", "EffectiveMemoryHigh",
	"CPUUsageNSec", "EffectiveCPUs", "EffectiveMemoryNodes", "TasksCurrent",
	"EffectiveTasksMax", "IPIngressBytes", "IPIngressPackets", "IPEgressBytes",
	"IPEgressPackets", "IOReadBytes", "IOReadOperations", "IOWriteBytes", "IOWriteOperations",
	"Delegate", "DelegateControllers", "DelegateSubgroup", "CPUAccounting", "CPUWeight",
	"StartupCPUWeight", "CPUShares", "StartupCPUShares", "CPUQuotaPerSecUSec",
	"CPUQuotaPeriodUSec", "AllowedCPUs", "StartupAllowedCPUs", "AllowedMemoryNodes",
	"StartupAllowedMemoryNodes", "IOAccounting", "IOWeight", "StartupIOWeight",
	"BlockIOAccounting", "BlockIOWeight", "StartupBlockIOWeight", "MemoryAccounting",
	"DefaultMemoryLow", "DefaultStartupMemoryLow", "DefaultMemoryMin", "MemoryMin", "MemoryLow",
	"StartupMemoryLow", "MemoryHigh", "StartupMemoryHigh", "MemoryMax", "StartupMemoryMax",
	"MemorySwapMax", "StartupMemorySwapMax", "MemoryZSwapMax", "StartupMemoryZSwapMax",
	"MemoryZSwapWriteback", "MemoryLimit", "DevicePolicy", "TasksAccounting", "TasksMax",
	"IPAccounting", "IPAddressAllow", "IPAddressDeny", "IPIngressFilterPath",
	"IPEgressFilterPath", "DisableControllers", "ManagedOOMSwap", "ManagedOOMMemoryPressure",
	"ManagedOOMMemoryPressureLimit", "ManagedOOMMemoryPressureDurationUSec",
	"ManagedOOMPreference", "RestrictNetworkInterfaces", "MemoryPressureWatch",
	"MemoryPressureThresholdUSec", "NFTSet", "CoredumpReceive", "Environment",
	"PassEnvironment", "UnsetEnvironment", "UMask", "LimitCPU", "LimitCPUSoft", "LimitFSIZE",
	"LimitFSIZESoft", "LimitDATA", "LimitDATASoft", "LimitSTACK", "LimitSTACKSoft", "LimitCORE",
	"LimitCORESoft", "LimitRSS", "LimitRSSSoft", "LimitNOFILE", "LimitNOFILESoft", "LimitAS",
	"LimitASSoft", "LimitNPROC", "LimitNPROCSoft", "LimitMEMLOCK", "LimitMEMLOCKSoft",
	"LimitLOCKS", "LimitLOCKSSoft", "LimitSIGPENDING", "LimitSIGPENDINGSoft", "LimitMSGQUEUE",
	"LimitMSGQUEUESoft", "LimitNICE", "LimitNICESoft", "LimitRTPRIO", "LimitRTPRIOSoft",
	"LimitRTTIME", "LimitRTTIMESoft", "WorkingDirectory", "RootDirectory", "RootImage",
	"RootHash", "RootHashPath", "RootHashSignature", "RootHashSignaturePath", "RootVerity",
	"RootEphemeral", "ExtensionDirectories", "ExtensionImages", "MountImages", "OOMScoreAdjust",
	"CoredumpFilter", "Nice", "IOSchedulingClass", "IOSchedulingPriority",
	"CPUSchedulingPolicy", "CPUSchedulingPriority", "CPUAffinity", "CPUAffinityFromNUMA",
	"NUMAPolicy", "NUMAMask", "TimerSlackNSec", "CPUSchedulingResetOnFork", "NonBlocking",
	"StandardInput", "StandardInputFileDescriptorName", "StandardInputData", "StandardOutput",
	"StandardOutputFileDescriptorName", "StandardError", "StandardErrorFileDescriptorName",
	"TTYPath", "TTYReset", "TTYVHangup", "TTYVTDisallocate", "TTYRows", "TTYColumns",
	"SyslogPriority", "SyslogIdentifier", "SyslogLevelPrefix", "SyslogLevel", "SyslogFacility",
	"LogLevelMax", "LogRateLimitIntervalUSec", "LogRateLimitBurst", "LogExtraFields",
	"LogNamespace", "SecureBits", "CapabilityBoundingSet", "AmbientCapabilities", "User",
	"Group", "DynamicUser", "SetLoginEnvironment", "RemoveIPC", "SetCredential",
	"SetCredentialEncrypted", "LoadCredential", "LoadCredentialEncrypted", "ImportCredential",
	"ImportCredentialEx", "SupplementaryGroups", "PAMName", "ReadWritePaths", "ReadOnlyPaths",
	"InaccessiblePaths", "ExecPaths", "NoExecPaths", "ExecSearchPath", "MountFlags",
	"PrivateTmp", "PrivateTmpEx", "PrivateDevices", "ProtectClock", "ProtectKernelTunables",
	"ProtectKernelModules", "ProtectKernelLogs", "ProtectControlGroups",
	"ProtectControlGroupsEx", "PrivateNetwork", "PrivateUsers", "PrivateUsersEx",
	"PrivateMounts", "PrivateIPC", "PrivatePIDs", "ProtectHome", "ProtectSystem",
	"SameProcessGroup", "UtmpIdentifier", "UtmpMode", "SELinuxContext", "AppArmorProfile",
	"SmackProcessLabel", "IgnoreSIGPIPE", "NoNewPrivileges", "SystemCallFilter",
	"SystemCallArchitectures", "SystemCallErrorNumber", "SystemCallLog", "Personality",
	"LockPersonality", "RestrictAddressFamilies", "RuntimeDirectoryPreserve",
	"RuntimeDirectoryMode", "RuntimeDirectory", "StateDirectoryMode", "StateDirectory",
	"CacheDirectoryMode", "CacheDirectory", "LogsDirectoryMode", "LogsDirectory",
	"ConfigurationDirectoryMode", "ConfigurationDirectory", "TimeoutCleanUSec",
	"MemoryDenyWriteExecute", "RestrictRealtime", "RestrictSUIDSGID", "RestrictNamespaces",
	"RestrictFileSystems", "BindPaths", "BindReadOnlyPaths", "TemporaryFileSystem",
	"MountAPIVFS", "BindLogSockets", "KeyringMode", "ProtectProc", "ProcSubset",
	"ProtectHostname", "MemoryKSM", "NetworkNamespacePath", "IPCNamespacePath",
	"RootImagePolicy", "MountImagePolicy", "ExtensionImagePolicy", "KillMode", "KillSignal",
	"RestartKillSignal", "FinalKillSignal", "SendSIGKILL", "SendSIGHUP", "WatchdogSignal", "Id",
	"Names", "Following", "Requires", "Requisite", "Wants", "BindsTo", "PartOf", "Upholds",
	"RequiredBy", "RequisiteOf", "WantedBy", "BoundBy", "UpheldBy", "ConsistsOf", "Conflicts",
	"ConflictedBy", "Before", "After", "OnSuccess", "OnSuccessOf", "OnFailure", "OnFailureOf",
	"Triggers", "TriggeredBy", "PropagatesReloadTo", "ReloadPropagatedFrom", "PropagatesStopTo",
	"StopPropagatedFrom", "JoinsNamespaceOf", "SliceOf", "RequiresMountsFor", "WantsMountsFor",
	"Documentation", "Description", "AccessSELinuxContext", "LoadState", "ActiveState",
	"FreezerState", "SubState", "FragmentPath", "SourcePath", "DropInPaths", "UnitFileState",
	"UnitFilePreset", "StateChangeTimestamp", "StateChangeTimestampMonotonic",
	"InactiveExitTimestamp", "InactiveExitTimestampMonotonic", "ActiveEnterTimestamp",
	"ActiveEnterTimestampMonotonic", "ActiveExitTimestamp", "ActiveExitTimestampMonotonic",
	"InactiveEnterTimestamp", "InactiveEnterTimestampMonotonic", "CanStart", "CanStop",
	"CanReload", "CanIsolate", "CanClean", "CanFreeze", "CanLiveMount", "Job",
	"StopWhenUnneeded", "RefuseManualStart", "RefuseManualStop", "AllowIsolate",
	"DefaultDependencies", "SurviveFinalKillSignal", "OnSuccessJobMode", "OnFailureJobMode",
	"IgnoreOnIsolate", "NeedDaemonReload", "Markers", "JobTimeoutUSec", "JobRunningTimeoutUSec",
	"JobTimeoutAction", "JobTimeoutRebootArgument", "ConditionResult", "AssertResult",
	"ConditionTimestamp", "ConditionTimestampMonotonic", "AssertTimestamp",
	"AssertTimestampMonotonic", "Conditions", "Asserts", "LoadError", "Transient", "Perpetual",
	"StartLimitIntervalUSec", "StartLimitBurst", "StartLimitAction", "FailureAction",
	"FailureActionExitStatus", "SuccessAction", "SuccessActionExitStatus", "RebootArgument",
	"InvocationID", "CollectMode", "Refs", "ActivationDetails", "DebugInvocation",
};
/* clang-format on */

/* What these types have before all that; what they share with it stands there only once. */
static const char *const socket_head[] = {
	"BindIPv6Only", "Backlog", "TimeoutUSec", "BindToDevice", "SocketUser", "SocketGroup",
	"SocketMode", "DirectoryMode", "Accept", "FlushPending", "Writable", "KeepAlive",
	"KeepAliveTimeUSec", "KeepAliveIntervalUSec", "KeepAliveProbes", "DeferAcceptUSec",
	"NoDelay", "Priority", "ReceiveBuffer", "SendBuffer", "IPTOS", "IPTTL", "PipeSize",
	"FreeBind", "Transparent", "Broadcast", "PassCredentials", "PassFileDescriptorsToExec",
	"PassSecurity", "PassPacketInfo", "Timestamping", "RemoveOnStop", "Listen", "Symlinks",
	"Mark", "MaxConnections", "MaxConnectionsPerSource", "MessageQueueMaxMessages",
	"MessageQueueMessageSize", "TCPCongestion", "ReusePort", "SmackLabel", "SmackLabelIPIn",
	"SmackLabelIPOut", "ControlPID", "Result", "NConnections", "NAccepted", "NRefused",
};
static const char *const timer_head[] = {
	"Unit", "TimersMonotonic", "TimersCalendar", "OnClockChange", "OnTimezoneChange",
	"NextElapseUSecRealtime", "NextElapseUSecMonotonic", "LastTriggerUSec",
	"LastTriggerUSecMonotonic",
};
static const char *const path_head[] = {
	"Unit", "Paths", "MakeDirectory", "DirectoryMode", "Result",
};

const char *const *show_order_of_type(enum unit_type type, size_t *ret_n)
{
	switch (type) {
	case UNIT_SOCKET:
		*ret_n = ARRAY_SIZE(socket_head);
		return socket_head;
	case UNIT_TIMER:
		*ret_n = ARRAY_SIZE(timer_head);
		return timer_head;
	case UNIT_PATH:
		*ret_n = ARRAY_SIZE(path_head);
		return path_head;
	default:
		*ret_n = 0;
		return NULL;
	}
}

const char *const *show_order(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(order);
	return order;
}
