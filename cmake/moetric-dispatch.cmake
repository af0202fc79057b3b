# Opt-in run-time dispatch: moetric_add_dispatch() makes moetric::dispatch, a static library of the scan kernels, compiled
# once per instruction set. Programs that link it may call scan_best<simd::dispatched>, which uses the best one that the
# machine supports. Included by the build and by the installed package: kernels are compiled where they are used.
set(moetric_dispatch_dir ${CMAKE_CURRENT_LIST_DIR}/dispatch)

function(moetric_add_dispatch)
  if(TARGET moetric_dispatch) # by an earlier call
    return()
  endif()
  set(flags_of_scalar "")
  set(targets scalar)
  set(level 1)
  # Other processors, other compilers and builds without xsimd have only the scalar kernels.
  if(moetric_HAS_XSIMD AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|i[3-6]86)$" AND NOT MSVC)
    list(APPEND targets sse2 avx2 avx512)
    set(level 2)
    set(flags_of_sse2 -msse2)
    set(flags_of_avx2 -mavx2 -mfma)
    set(flags_of_avx512 -mavx512f -mavx512cd -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma)
  endif()

  add_library(moetric_dispatch STATIC)
  add_library(moetric::dispatch ALIAS moetric_dispatch)
  target_link_libraries(moetric_dispatch PUBLIC moetric::moetric)
  target_compile_definitions(moetric_dispatch PUBLIC MOETRIC_SIMD_DISPATCH=${level})
  set_target_properties(moetric_dispatch PROPERTIES MOETRIC_TARGETS "${targets}")
  foreach(target IN LISTS targets)
    # Optimised in every build type: the linker, which does not know instruction sets, could use a function that was not
    # inlined for the whole program. Kernels request contraction explicitly. GCC 12 warns about undefined lanes of its
    # own intrinsics.
    add_library(moetric_dispatch_${target} OBJECT ${moetric_dispatch_dir}/${target}.cpp)
    target_link_libraries(moetric_dispatch_${target} PRIVATE moetric::moetric)
    target_compile_definitions(moetric_dispatch_${target} PRIVATE MOETRIC_SIMD_DISPATCH=${level})
    target_compile_options(moetric_dispatch_${target} PRIVATE ${flags_of_${target}} -O2 -ffp-contract=off
                                                              $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized>)
    set_target_properties(moetric_dispatch_${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_sources(moetric_dispatch PRIVATE $<TARGET_OBJECTS:moetric_dispatch_${target}>)
  endforeach()
endfunction()
