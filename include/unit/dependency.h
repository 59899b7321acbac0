/* SPDX-License-Identifier: MIT */
#pragma once

/* Kinds of dependencies between units: systemd.unit(5), "Mapping of unit properties to their inverses". */

#include "base/macro.h"

enum dep_kind {
	/* forward: as written in unit files (or implied by them) */
	DEP_REQUIRES,
	DEP_REQUISITE,
	DEP_WANTS,
	DEP_BINDS_TO,
	DEP_PART_OF,
	DEP_UPHOLDS,
	DEP_CONFLICTS,
	DEP_BEFORE,
	DEP_AFTER,
	DEP_ON_SUCCESS,
	DEP_ON_FAILURE,
	DEP_TRIGGERS,
	DEP_PROPAGATES_RELOAD_TO,
	DEP_PROPAGATES_STOP_TO,
	DEP_JOINS_NAMESPACE_OF,
	DEP_IN_SLICE,
	/* inverses: never stored in struct unit except where a unit file can write them (ReloadPropagatedFrom=, StopPropagatedFrom=, RequiredBy= by [Install] links) */
	DEP_REQUIRED_BY,
	DEP_REQUISITE_OF,
	DEP_WANTED_BY,
	DEP_BOUND_BY,
	DEP_CONSISTS_OF,
	DEP_UPHELD_BY,
	DEP_CONFLICTED_BY,
	DEP_ON_SUCCESS_OF,
	DEP_ON_FAILURE_OF,
	DEP_TRIGGERED_BY,
	DEP_RELOAD_PROPAGATED_FROM,
	DEP_STOP_PROPAGATED_FROM,
	DEP_SLICE_OF,
	DEP_KIND_MAX,
};

/* "Requires", "WantedBy" …: the name in unit files and in `show`. */
const char *dep_kind_name(enum dep_kind k);
int dep_kind_parse(const char *name);
enum dep_kind dep_kind_inverse(enum dep_kind k);
