#include "moetric/io/hugging_face.hpp"
#include "moetric/io/hugging_face/import.hpp"
