// Reading JSON.
#include "moetric/io/json_reader.hpp"
