<<<<<<< HEAD
# Fails if an object compiled for one instruction set has a weak function without its target in the name, which the
# linker could use for the whole program, or code that runs at start.
=======
# Objects compiled for one instruction set must define no weak function without the target in its name, since the linker
# may use it in the whole program, and no code that runs at start.
>>>>>>> 28ff190 (Comments and names of tests and build files in plain words)
foreach(object IN LISTS OBJECTS)
  execute_process(COMMAND ${NM} -C --defined-only ${object} RESULT_VARIABLE status OUTPUT_VARIABLE symbols)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "nm must read ${object}")
  endif()
  if(NOT symbols MATCHES "simd::${TARGET}[,>]")
    message(FATAL_ERROR "${object} must hold kernels of ${TARGET}, but names none")
  endif()
  string(REPLACE ";" "," symbols "${symbols}")
  string(REPLACE "\n" ";" lines "${symbols}")
  foreach(line IN LISTS lines)
    if(line MATCHES "^[0-9a-f]+ [Wuw] " AND NOT line MATCHES "simd::${TARGET}[,>]")
      string(APPEND faults "${line}\n")
    elseif(line MATCHES "_GLOBAL__sub_I")
      string(APPEND faults "${line}\n")
    endif()
  endforeach()
endforeach()
if(faults)
  message(FATAL_ERROR "a kernel object of ${TARGET} must define no function without its target in the name, but has\n${faults}")
endif()
