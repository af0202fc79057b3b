// Models from the config.json of Hugging Face transformers.
#include "moetric/io/hugging_face/import.hpp"
