#include "moetric/io/json_parser.hpp"
#include "moetric/io/json_reader.hpp"
