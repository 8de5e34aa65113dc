# SPDX-License-Identifier: Apache-2.0
# Installed packages win; what Debian lacks lies in METAXY_DEPS, filled by tools/fetch_deps.sh.

if(DEFINED ENV{METAXY_DEPS})
  set(metaxy_deps_default $ENV{METAXY_DEPS})
else()
  set(metaxy_deps_default $ENV{HOME}/.cache/metaxy/deps)
endif()
set(METAXY_DEPS ${metaxy_deps_default} CACHE PATH "Folder filled by tools/fetch_deps.sh")

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
find_library(FARMHASH_LIBRARY farmhash REQUIRED)
find_library(MAGIC_LIBRARY magic REQUIRED)
# Headers only: src/ingest/ffmpeg.cpp loads the libraries when the first container is opened.
pkg_check_modules(ffmpeg REQUIRED libavformat libavcodec libavutil)
add_library(ffmpeg_headers INTERFACE)
target_include_directories(ffmpeg_headers SYSTEM INTERFACE ${ffmpeg_INCLUDE_DIRS})
target_link_libraries(ffmpeg_headers INTERFACE ${CMAKE_DL_LIBS})
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3>=3.39)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
find_package(CLI11 REQUIRED)

find_path(DUCKDB_INCLUDE_DIR duckdb.h PATHS ${METAXY_DEPS}/duckdb-1.4.4/include REQUIRED)
find_library(DUCKDB_LIBRARY duckdb PATHS ${METAXY_DEPS}/duckdb-1.4.4/lib REQUIRED)
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES IMPORTED_LOCATION ${DUCKDB_LIBRARY} IMPORTED_NO_SONAME ON)
target_include_directories(duckdb SYSTEM INTERFACE ${DUCKDB_INCLUDE_DIR})

find_package(CURL REQUIRED)

include(nanoarrow)
include(adbc)

set(METAXY_LIBS_base fmt::fmt nlohmann_json::nlohmann_json)
set(METAXY_LIBS_hash PkgConfig::xxhash OpenSSL::Crypto ${FARMHASH_LIBRARY})
set(METAXY_LIBS_arrow nanoarrow)
set(METAXY_LIBS_stores_duckdb duckdb)
set(METAXY_LIBS_stores_postgresql PkgConfig::libpq)
set(METAXY_LIBS_stores_clickhouse CURL::libcurl)
set(METAXY_LIBS_stores_sqlite PkgConfig::sqlite3)
set(METAXY_LIBS_stores_adbc adbc_manager)
set(METAXY_LIBS_ingest ffmpeg_headers ${MAGIC_LIBRARY})
set(METAXY_LIBS_project PkgConfig::tomlplusplus)
set(METAXY_LIBS_cli CLI11::CLI11)
set(METAXY_LINK_LIBS fmt::fmt nlohmann_json::nlohmann_json PkgConfig::xxhash OpenSSL::Crypto ${FARMHASH_LIBRARY}
                     duckdb PkgConfig::libpq CURL::libcurl PkgConfig::sqlite3 PkgConfig::tomlplusplus ffmpeg_headers ${MAGIC_LIBRARY}
                     nanoarrow_headers Threads::Threads ${CMAKE_DL_LIBS})
# Object libraries that become part of libmetaxy.a.
set(METAXY_OBJECTS nanoarrow adbc_manager)
