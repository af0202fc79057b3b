#pragma once

#include <cstdint>

std::uint64_t deepseek_v3_total();
