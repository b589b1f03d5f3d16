# cmake -DSOURCE=.. -DBUILD=.. -DCOMPILER=clang++ -DSECONDS=25 -P fuzz.cmake: builds the fuzzer and runs it on the kept
# corpus and the shipped sweeps. What it finds is left in BUILD/findings; new inputs go to BUILD/corpus.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " words)
    message(FATAL_ERROR "${words}: exit code ${code}")
  endif()
endfunction()

run(${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER=${COMPILER}
  -DFLOWSWEEP_TESTS=ON -DFLOWSWEEP_FUZZERS=ON -DFLOWSWEEP_SANITIZERS=address,undefined)
run(${CMAKE_COMMAND} --build ${BUILD} --target fuzz_sweep)
file(MAKE_DIRECTORY ${BUILD}/corpus ${BUILD}/findings)
# Time and memory of every single input are bounded too.
run(${BUILD}/tests/fuzz/fuzz_sweep -max_total_time=${SECONDS} -timeout=5 -rss_limit_mb=1024 -max_len=4000
  -dict=${SOURCE}/tests/fuzz/sweep.dict -artifact_prefix=${BUILD}/findings/ -print_final_stats=1
  ${BUILD}/corpus ${SOURCE}/tests/fuzz/corpus ${SOURCE}/sweeps)
