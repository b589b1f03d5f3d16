# cmake --install: the program, the modules' static libraries and headers behind the target flowsweep::flowsweep, and
# the sweeps, readers and documents.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/flowsweep)
set(shared_dir ${CMAKE_INSTALL_DATADIR}/flowsweep)

# Every static library below src/ is a module.
set(modules "")
get_property(folders DIRECTORY src PROPERTY SUBDIRECTORIES)
foreach(folder IN LISTS folders)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "STATIC_LIBRARY")
      list(APPEND modules ${target})
    endif()
  endforeach()
endforeach()

add_library(flowsweep_all INTERFACE)
add_library(flowsweep::flowsweep ALIAS flowsweep_all)
target_link_libraries(flowsweep_all INTERFACE ${modules})
set_target_properties(flowsweep_all PROPERTIES EXPORT_NAME flowsweep)
set_target_properties(flowsweep_build PROPERTIES EXPORT_NAME build)

install(TARGETS flowsweep RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS flowsweep_build flowsweep_all ${modules} EXPORT flowsweep
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/flowsweep)
install(DIRECTORY src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/flowsweep FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY sweeps DESTINATION ${shared_dir} FILES_MATCHING PATTERN "*.ini")
install(DIRECTORY slurm DESTINATION ${shared_dir} FILES_MATCHING PATTERN "*.sbatch")
install(DIRECTORY analysis DESTINATION ${shared_dir} FILES_MATCHING PATTERN "*.py" PATTERN "*.md")
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md LICENSE CHANGELOG.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)

configure_package_config_file(cmake/flowsweepConfig.cmake.in ${PROJECT_BINARY_DIR}/flowsweepConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/flowsweepConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/flowsweepConfig.cmake ${PROJECT_BINARY_DIR}/flowsweepConfigVersion.cmake
  DESTINATION ${package_dir})
install(EXPORT flowsweep NAMESPACE flowsweep:: FILE flowsweepTargets.cmake DESTINATION ${package_dir})
