"""Conan 2 recipe: conan create packaging/conan"""

import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load
from conan.tools.scm import Version

required_conan_version = ">=2.0"


class MoetricConan(ConanFile):
    name = "moetric"
    description = "Exact costs, losses and compute-optimal shapes of Mixture-of-Experts models"
    license = "BSL-1.0"
    topics = ("mixture-of-experts", "scaling-laws", "flops", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"with_json": [True, False], "with_xsimd": [True, False]}
    default_options = {"with_json": False, "with_xsimd": False}
    no_copy_source = True

    @property
    def _root(self):
        return os.path.normpath(os.path.join(self.recipe_folder, "..", ".."))

    def set_version(self):
        text = load(self, os.path.join(self._root, "include", "moetric", "version.hpp"))
        self.version = ".".join(re.findall(r"#define MOETRIC_VERSION_\w+ (\d+)", text))

    def export_sources(self):
        for pattern in ("include/*", "cmake/*", "CMakeLists.txt", "LICENSE"):
            copy(self, pattern, self._root, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        if self.options.with_json:
            self.requires("nlohmann_json/[>=3.10 <4]")
        if self.options.with_xsimd:
            self.requires("xsimd/[>=8.1 <15]")

    def package_id(self):
        self.info.clear()

    def validate(self):
        check_min_cppstd(self, 20)
        oldest = {"gcc": "12", "clang": "14"}.get(str(self.settings.compiler))
        if oldest is None or Version(self.settings.compiler.version) < oldest:
            raise ConanInvalidConfiguration("moetric needs GCC 12 or Clang 14, or newer")

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["MOETRIC_BUILD_TESTS"] = False
        toolchain.cache_variables["MOETRIC_BUILD_EXAMPLES"] = False
        toolchain.generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        # The package's own CMake files find the dependencies and make the components.
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("share", "cmake", "moetric")]
        self.cpp_info.set_property("pkg_config_name", "moetric")
