# One static library a folder of src/; what each may link (and include) is the table in docs/decisions/modules.md.

add_library(flowsweep_build INTERFACE)
target_compile_features(flowsweep_build INTERFACE cxx_std_20)
target_include_directories(flowsweep_build INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/flowsweep>)
target_compile_options(flowsweep_build INTERFACE
  $<BUILD_INTERFACE:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion;-Wno-sign-conversion;-fno-math-errno>
  $<$<BOOL:${FLOWSWEEP_WARNINGS_AS_ERRORS}>:$<BUILD_INTERFACE:-Werror>>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of impossible overlaps inside std::string (GCC bug 105651).
  target_compile_options(flowsweep_build INTERFACE $<BUILD_INTERFACE:-Wno-restrict>)
endif()
if(FLOWSWEEP_SANITIZERS)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The instrumented code defeats GCC's flow analysis.
    target_compile_options(flowsweep_build INTERFACE $<BUILD_INTERFACE:-Wno-maybe-uninitialized>)
  endif()
  target_compile_options(flowsweep_build INTERFACE
    $<BUILD_INTERFACE:-fsanitize=${FLOWSWEEP_SANITIZERS};-fno-omit-frame-pointer;-fno-sanitize-recover=all>)
  target_link_options(flowsweep_build INTERFACE $<BUILD_INTERFACE:-fsanitize=${FLOWSWEEP_SANITIZERS}>)
endif()
if(FLOWSWEEP_FUZZERS)
  target_compile_options(flowsweep_build INTERFACE $<BUILD_INTERFACE:-fsanitize=fuzzer-no-link>)
endif()

# flowsweep_module(NAME SOURCES a.cpp .. LINKS flowsweep_core Eigen3::Eigen ..)
function(flowsweep_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(flowsweep_${name} STATIC ${ARG_SOURCES})
  add_library(flowsweep::${name} ALIAS flowsweep_${name})
  set_target_properties(flowsweep_${name} PROPERTIES EXPORT_NAME ${name})
  target_link_libraries(flowsweep_${name} PUBLIC flowsweep_build ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# flowsweep_kernel(TARGET STEM [INCLUDED.inc ..]): compiles STEM.inc once per instruction set with the define
# FLOWSWEEP_KERNEL_NAMESPACE; such files include no Eigen and no shared inline code. INCLUDED: what STEM.inc includes.
function(flowsweep_kernel target stem)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE included)
  foreach(set IN ITEMS baseline avx2 avx512)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${stem}_${set}.cpp)
    file(CONFIGURE OUTPUT ${file} CONTENT
"#define FLOWSWEEP_KERNEL_NAMESPACE ${set}
#include \"${CMAKE_CURRENT_SOURCE_DIR}/${stem}.inc\"
")
    target_sources(${target} PRIVATE ${file})
    set(flags)
    if(NOT FLOWSWEEP_SANITIZERS)  # instrumented, -O3 takes half a minute a file
      set(flags -O3)
    endif()
    if(set STREQUAL "avx2")
      list(APPEND flags -mavx2 -mfma)
    elseif(set STREQUAL "avx512")
      list(APPEND flags -mavx512f -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512)
    endif()
    set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS "${flags}"
      OBJECT_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${stem}.inc;${included}")
  endforeach()
endfunction()

# flowsweep_test(NAME SOURCES a.cpp .. LINKS flowsweep_x .. [LABELS slow]): one Catch2 executable a module.
function(flowsweep_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${ARG_LINKS} flowsweep_test_main)
  # Tests take longer to compile than to run: half the compiler's time for the same tests.
  target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "unit;${ARG_LABELS}")
endfunction()
