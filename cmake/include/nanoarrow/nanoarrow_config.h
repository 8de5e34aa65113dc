// SPDX-License-Identifier: Apache-2.0
// How nanoarrow 0.9.0 is built here. One file for all build folders, so that the compiler cache serves one from
// another; nanoarrow's own build writes it.
#ifndef NANOARROW_CONFIG_H_INCLUDED
#define NANOARROW_CONFIG_H_INCLUDED

#define NANOARROW_VERSION_MAJOR 0
#define NANOARROW_VERSION_MINOR 9
#define NANOARROW_VERSION_PATCH 0
#define NANOARROW_VERSION "0.9.0"
#define NANOARROW_VERSION_INT (NANOARROW_VERSION_MAJOR * 10000 + NANOARROW_VERSION_MINOR * 100 + NANOARROW_VERSION_PATCH)

// Another library of the process may carry another nanoarrow.
#define NANOARROW_NAMESPACE MetaxyPrivate

#define NANOARROW_CXX_NAMESPACE nanoarrow
#define NANOARROW_CXX_NAMESPACE_BEGIN namespace NANOARROW_CXX_NAMESPACE {
#define NANOARROW_CXX_NAMESPACE_END }

#endif
