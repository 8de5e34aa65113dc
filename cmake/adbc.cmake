# SPDX-License-Identifier: Apache-2.0
# ADBC's driver manager, which finds and loads drivers, from its sources (tools/fetch_deps.sh). An object library, so
# that libmetaxy.a contains it; hidden symbols, so that it cannot meet another manager in the same process.

find_path(ADBC_MANAGER_DIR arrow-adbc/adbc_driver_manager.h PATHS ${METAXY_DEPS}/adbc-1.13.0/manager NO_DEFAULT_PATH)
if(NOT ADBC_MANAGER_DIR)
  message(FATAL_ERROR "ADBC 1.13.0 is missing in ${METAXY_DEPS}: run tools/fetch_deps.sh")
endif()

add_library(adbc_manager OBJECT
  ${ADBC_MANAGER_DIR}/adbc_driver_manager.cc
  ${ADBC_MANAGER_DIR}/adbc_driver_manager_api.cc
  ${ADBC_MANAGER_DIR}/adbc_driver_manager_driver_loading.cc
  ${ADBC_MANAGER_DIR}/adbc_driver_manager_profiles.cc)
target_include_directories(adbc_manager SYSTEM PUBLIC ${ADBC_MANAGER_DIR})
target_compile_options(adbc_manager PRIVATE -w -O2)
set_target_properties(adbc_manager PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
