#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/data_constrained.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "targets/checks_defined.hpp"

namespace {

using target = moetric::simd::sse2;
namespace laws = moetric::laws;

}  // namespace

template struct checks<target>;
template struct law_checks<target, laws::law<laws::chinchilla::form>>;
template struct law_checks<target, laws::law<laws::data_constrained::form>>;
template struct law_checks<target, laws::law<laws::fine_grained::moe_form>>;
template struct law_checks<target, laws::law<laws::fine_grained::dense_form>>;
template struct law_checks<target, laws::law<laws::joint_moe::form>>;
