/* SPDX-License-Identifier: MIT */
#include "base/names.h"
#include "unit/dependency.h"

static const char *const dep_names[DEP_KIND_MAX] = {
	[DEP_REQUIRES] = "Requires",
	[DEP_REQUISITE] = "Requisite",
	[DEP_WANTS] = "Wants",
	[DEP_BINDS_TO] = "BindsTo",
	[DEP_PART_OF] = "PartOf",
	[DEP_UPHOLDS] = "Upholds",
	[DEP_CONFLICTS] = "Conflicts",
	[DEP_BEFORE] = "Before",
	[DEP_AFTER] = "After",
	[DEP_ON_SUCCESS] = "OnSuccess",
	[DEP_ON_FAILURE] = "OnFailure",
	[DEP_TRIGGERS] = "Triggers",
	[DEP_PROPAGATES_RELOAD_TO] = "PropagatesReloadTo",
	[DEP_PROPAGATES_STOP_TO] = "PropagatesStopTo",
	[DEP_JOINS_NAMESPACE_OF] = "JoinsNamespaceOf",
	[DEP_IN_SLICE] = "InSlice",
	[DEP_REQUIRED_BY] = "RequiredBy",
	[DEP_REQUISITE_OF] = "RequisiteOf",
	[DEP_WANTED_BY] = "WantedBy",
	[DEP_BOUND_BY] = "BoundBy",
	[DEP_CONSISTS_OF] = "ConsistsOf",
	[DEP_UPHELD_BY] = "UpheldBy",
	[DEP_CONFLICTED_BY] = "ConflictedBy",
	[DEP_ON_SUCCESS_OF] = "OnSuccessOf",
	[DEP_ON_FAILURE_OF] = "OnFailureOf",
	[DEP_TRIGGERED_BY] = "TriggeredBy",
	[DEP_RELOAD_PROPAGATED_FROM] = "ReloadPropagatedFrom",
	[DEP_STOP_PROPAGATED_FROM] = "StopPropagatedFrom",
	[DEP_SLICE_OF] = "SliceOf",
};

static const enum dep_kind dep_inverses[DEP_KIND_MAX] = {
	[DEP_REQUIRES] = DEP_REQUIRED_BY,
	[DEP_REQUISITE] = DEP_REQUISITE_OF,
	[DEP_WANTS] = DEP_WANTED_BY,
	[DEP_BINDS_TO] = DEP_BOUND_BY,
	[DEP_PART_OF] = DEP_CONSISTS_OF,
	[DEP_UPHOLDS] = DEP_UPHELD_BY,
	[DEP_CONFLICTS] = DEP_CONFLICTED_BY,
	[DEP_BEFORE] = DEP_AFTER,
	[DEP_AFTER] = DEP_BEFORE,
	[DEP_ON_SUCCESS] = DEP_ON_SUCCESS_OF,
	[DEP_ON_FAILURE] = DEP_ON_FAILURE_OF,
	[DEP_TRIGGERS] = DEP_TRIGGERED_BY,
	[DEP_PROPAGATES_RELOAD_TO] = DEP_RELOAD_PROPAGATED_FROM,
	[DEP_PROPAGATES_STOP_TO] = DEP_STOP_PROPAGATED_FROM,
	[DEP_JOINS_NAMESPACE_OF] = DEP_JOINS_NAMESPACE_OF,
	[DEP_IN_SLICE] = DEP_SLICE_OF,
	[DEP_REQUIRED_BY] = DEP_REQUIRES,
	[DEP_REQUISITE_OF] = DEP_REQUISITE,
	[DEP_WANTED_BY] = DEP_WANTS,
	[DEP_BOUND_BY] = DEP_BINDS_TO,
	[DEP_CONSISTS_OF] = DEP_PART_OF,
	[DEP_UPHELD_BY] = DEP_UPHOLDS,
	[DEP_CONFLICTED_BY] = DEP_CONFLICTS,
	[DEP_ON_SUCCESS_OF] = DEP_ON_SUCCESS,
	[DEP_ON_FAILURE_OF] = DEP_ON_FAILURE,
	[DEP_TRIGGERED_BY] = DEP_TRIGGERS,
	[DEP_RELOAD_PROPAGATED_FROM] = DEP_PROPAGATES_RELOAD_TO,
	[DEP_STOP_PROPAGATED_FROM] = DEP_PROPAGATES_STOP_TO,
	[DEP_SLICE_OF] = DEP_IN_SLICE,
};

const char *dep_kind_name(enum dep_kind k)
{
	return NAMES_AT(dep_names, k);
}

int dep_kind_parse(const char *name)
{
	return NAMES_FIND(dep_names, name);
}

enum dep_kind dep_kind_inverse(enum dep_kind k)
{
	return dep_inverses[k];
}
