// error: use of deleted function .*description_ref|call to deleted|invokes a deleted function
#include "moetric/laws/chinchilla.hpp"

using namespace moetric::laws;

// A law keeps the address of a constant description.
inline description made() {
  return *chinchilla::tex.about;
}
inline description const kept = made();
inline double l0() {
  return law<chinchilla::form>(WRONG(made(), kept)).k.e;
}
