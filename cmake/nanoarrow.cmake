# SPDX-License-Identifier: Apache-2.0
# nanoarrow with IPC and the flatcc runtime, lz4 and zstd that its source archive carries. An object library, so that
# libmetaxy.a contains it; hidden symbols, so that it cannot meet another lz4 or zstd in the same process.

find_path(NANOARROW_SOURCE_DIR subprojects/arrow-nanoarrow/src/nanoarrow/nanoarrow.h
          PATHS ${METAXY_DEPS}/nanoarrow-0.9.0 NO_DEFAULT_PATH)
if(NOT NANOARROW_SOURCE_DIR)
  message(FATAL_ERROR "nanoarrow 0.9.0 is missing in ${METAXY_DEPS}: run tools/fetch_deps.sh")
endif()

set(nanoarrow_src ${NANOARROW_SOURCE_DIR}/subprojects/arrow-nanoarrow/src)
set(lz4_src ${NANOARROW_SOURCE_DIR}/subprojects/lz4-1.10.0/lib)
set(zstd_src ${NANOARROW_SOURCE_DIR}/subprojects/zstd-1.5.6/lib)
file(GLOB flatcc_src ${NANOARROW_SOURCE_DIR}/subprojects/flatcc-*)
file(GLOB zstd_files ${zstd_src}/common/*.c ${zstd_src}/decompress/*.c)

# Two faults of nanoarrow 0.9.0 are mended in copies of its files.
function(mend_nanoarrow file spot replacement)
  file(READ ${nanoarrow_src}/nanoarrow/ipc/${file} text)
  string(REPLACE "${spot}" "${replacement}" mended "${text}")
  if(mended STREQUAL text)
    message(FATAL_ERROR "nanoarrow's ${file} is not the one of 0.9.0: the mend in cmake/nanoarrow.cmake does not fit")
  endif()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/nanoarrow/${file} CONTENT "@mended@" @ONLY)
endfunction()

# It reads the dictionaries of compressed files as if they were not compressed: the header of a dictionary batch is
# never decoded, so its codec stays "none".
set(spot "  dictionary_decoder_private_data->last_message = record_batch;\n")
mend_nanoarrow(decoder.c "${spot}" "${spot}\
  if (record_batch == NULL) {\n\
    ArrowErrorSet(error, \"DictionaryBatch message has no data\");\n\
    return EINVAL;\n\
  }\n\
  dictionary->decoder.metadata_version = decoder->metadata_version;\n\
  NANOARROW_RETURN_NOT_OK(ArrowIpcDecoderDecodeRecordBatchHeader(\n\
      &dictionary->decoder, (flatbuffers_generic_t)record_batch, error));\n")
# A body length that no memory holds makes it forget the buffer that it wanted to enlarge.
mend_nanoarrow(reader.c "  private_data->body.size_bytes = 0;\n" "  ArrowBufferReset(&private_data->body);\n")

add_library(nanoarrow OBJECT
  ${nanoarrow_src}/nanoarrow/common/array.c
  ${nanoarrow_src}/nanoarrow/common/array_stream.c
  ${nanoarrow_src}/nanoarrow/common/schema.c
  ${nanoarrow_src}/nanoarrow/common/utils.c
  ${nanoarrow_src}/nanoarrow/ipc/codecs.c
  ${CMAKE_BINARY_DIR}/nanoarrow/decoder.c
  ${nanoarrow_src}/nanoarrow/ipc/encoder.c
  ${CMAKE_BINARY_DIR}/nanoarrow/reader.c
  ${nanoarrow_src}/nanoarrow/ipc/writer.c
  ${flatcc_src}/src/runtime/builder.c
  ${flatcc_src}/src/runtime/emitter.c
  ${flatcc_src}/src/runtime/refmap.c
  ${flatcc_src}/src/runtime/verifier.c
  ${lz4_src}/lz4.c
  ${lz4_src}/lz4frame.c
  ${lz4_src}/lz4hc.c
  ${lz4_src}/xxhash.c
  ${zstd_files})
# Its headers alone, for tests of private headers.
add_library(nanoarrow_headers INTERFACE)
target_include_directories(nanoarrow_headers SYSTEM INTERFACE ${nanoarrow_src} ${CMAKE_CURRENT_LIST_DIR}/include)
target_link_libraries(nanoarrow PUBLIC nanoarrow_headers)
target_include_directories(nanoarrow SYSTEM PRIVATE ${flatcc_src}/include ${lz4_src} ${zstd_src})
target_compile_definitions(nanoarrow PRIVATE
  NANOARROW_IPC_WITH_LZ4 NANOARROW_IPC_WITH_ZSTD ZSTD_DISABLE_ASM ZSTDLIB_VISIBLE= ZSTDERRORLIB_VISIBLE=
  LZ4LIB_VISIBILITY= LZ4FLIB_VISIBILITY=)
# Both bring an xxhash; zstd's names itself.
set_source_files_properties(${lz4_src}/lz4frame.c ${lz4_src}/xxhash.c PROPERTIES COMPILE_DEFINITIONS XXH_NAMESPACE=LZ4_)
target_compile_options(nanoarrow PRIVATE -w -O2 -fexceptions -include ${PROJECT_SOURCE_DIR}/src/arrow/flatbuffer_fault.h)
set_target_properties(nanoarrow PROPERTIES C_STANDARD 11 C_EXTENSIONS ON C_VISIBILITY_PRESET hidden)
