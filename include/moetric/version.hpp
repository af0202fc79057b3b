#pragma once

// The one place of the version: CMake reads these three lines.
#define MOETRIC_VERSION_MAJOR 0
#define MOETRIC_VERSION_MINOR 1
#define MOETRIC_VERSION_PATCH 0
