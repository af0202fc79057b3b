#pragma once

// Everything that stands on the standard library alone. What needs a dependency is included by name:
// moetric/optimum (Boost.Math), moetric/plan (Boost.Math), moetric/io (nlohmann/json).

#include "moetric/account/conventions.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/triad.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/laws/holistic_shares.hpp"
#include "moetric/version.hpp"
#include "moetric/zoo/catalogue.hpp"
