/* SPDX-License-Identifier: Apache-2.0 */
/* Included first into nanoarrow's C files: flatcc's assertions can be reached by broken input (a dictionary message
   without data, for one), so they throw a C++ exception, which the reader of the file turns into an error. */
#ifndef METAXY_FLATBUFFER_FAULT_H
#define METAXY_FLATBUFFER_FAULT_H
#ifdef __cplusplus
extern "C" [[noreturn]]
#else
_Noreturn
#endif
void metaxy_flatbuffer_fault(void);
#define FLATCC_ASSERT(condition) ((condition) ? (void)0 : metaxy_flatbuffer_fault())
#endif
