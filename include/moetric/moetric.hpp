#pragma once

// Everything that accounting needs, models included: the standard library alone, a third of a second to compile.
// By name: moetric/laws (std, but <cmath> costs another tenth of a second), moetric/optimum and moetric/plan
// (Boost.Math), moetric/io.

#include "moetric/account/after_cache.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/checkpoint.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/packing.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/static_checks.hpp"
#include "moetric/account/triad.hpp"
#include "moetric/core/limit.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/version.hpp"
#include "moetric/zoo/catalogue.hpp"
#include "moetric/zoo/runs.hpp"
