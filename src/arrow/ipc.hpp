// SPDX-License-Identifier: Apache-2.0
// Arrow IPC, the stream and the file format, one batch in memory at a time.
#pragma once

#include <metaxy/arrow.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

namespace metaxy::arrow {

enum class IpcFormat { Stream, File };

/// Reads either format from a file. Throws: NotFound, Io, and InvalidArgument when it is no Arrow IPC; a broken batch
/// is an error of `Stream::next`.
Stream read_ipc(const std::string& path);
/// Reads either format from an open file or pipe, which must outlive the stream and stays open. `name` is for errors.
Stream read_ipc(std::FILE* file, const std::string& name);
/// Fills a buffer with the next bytes; fewer only at the end.
using ByteSource = std::function<std::size_t(char* out, std::size_t size)>;
/// Reads either format from what the source gives; what it throws, the reading throws.
Stream read_ipc(ByteSource source, const std::string& name);

/// The batches as the bytes of the stream format, each made when it is asked for; what the stream throws, asking
/// throws.
ByteSource ipc_bytes(Stream batches);

/// Writes all batches; dictionaries and views become plain columns. Gives the number of rows. Throws: Io, and what
/// the stream throws. A file is not atomic: write to a temporary name.
std::int64_t write_ipc(Stream& batches, const std::string& path, IpcFormat format);
std::int64_t write_ipc(Stream& batches, std::FILE* file, const std::string& name, IpcFormat format);

}  // namespace metaxy::arrow
