#pragma once

// The checks of one target. Each .cpp file here defines its `target`, is compiled with its flags, and includes this.
#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/data_constrained.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "targets/checks_defined.hpp"

template struct checks<target>;
template struct law_checks<target, moetric::laws::law<moetric::laws::chinchilla::form>>;
template struct law_checks<target, moetric::laws::law<moetric::laws::data_constrained::form>>;
template struct law_checks<target, moetric::laws::law<moetric::laws::fine_grained::moe_form>>;
template struct law_checks<target, moetric::laws::law<moetric::laws::fine_grained::dense_form>>;
template struct law_checks<target, moetric::laws::law<moetric::laws::joint_moe::form>>;
