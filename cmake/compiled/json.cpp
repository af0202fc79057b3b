// Reading JSON, and models from it.
#include "moetric/io/hugging_face.hpp"
#include "moetric/io/hugging_face/import.hpp"
#include "moetric/io/json_parser.hpp"
#include "moetric/io/json_reader.hpp"
