// The importer of config.json.
#include "fuzz/import_config.hpp"

MOETRIC_FUZZ_TARGET(fuzz::import_config)
