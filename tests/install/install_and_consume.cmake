# cmake -D BUILD_DIR= -D CONSUMER= -D SCRATCH= -D GENERATOR= -D CXX= -D CONFIG= -P install_and_consume.cmake
set(prefix ${SCRATCH}/prefix)
file(REMOVE_RECURSE ${SCRATCH})

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGV} exited with ${result}:\n${output}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix} --config ${CONFIG})
foreach(file IN ITEMS bin/flowsweep share/flowsweep/sweeps/quickstart.ini share/flowsweep/analysis/flowsweep_reader.py
    share/doc/flowsweep/store-format.md)
  if(NOT EXISTS ${prefix}/${file})
    message(FATAL_ERROR "not installed: ${file}")
  endif()
endforeach()
run(${prefix}/bin/flowsweep plan ${prefix}/share/flowsweep/sweeps/quickstart.ini)

run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${SCRATCH}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${prefix}
  -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=${CONFIG})
run(${CMAKE_COMMAND} --build ${SCRATCH}/build --config ${CONFIG})
run(${SCRATCH}/build/consumer)
file(REMOVE_RECURSE ${SCRATCH})
