# flowsweep_find_analysis_python(VARIABLE): the first interpreter with the packages that read stores and draw them. The
# python3 of the PATH may lack what /usr/bin/python3 has from Debian. With none, tests that use it fail and say what is missing.
function(flowsweep_find_analysis_python variable)
  foreach(candidate IN ITEMS ${Python3_EXECUTABLE} /usr/bin/python3)
    execute_process(COMMAND ${candidate} -c "import h5py, xarray, pandas, matplotlib, netCDF4, h5netcdf"
      RESULT_VARIABLE missing OUTPUT_QUIET ERROR_QUIET)
    if(missing EQUAL 0)
      set(${variable} ${candidate} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${variable} python3 PARENT_SCOPE)
endfunction()
