// SPDX-License-Identifier: Apache-2.0
#include "arrow/ipc.hpp"

#include <nanoarrow/nanoarrow_ipc.h>
#include <sys/stat.h>
#include <metaxy/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <system_error>

#include "arrow/copy.hpp"
#include "arrow/flatbuffer_fault.h"
#include "arrow/view.hpp"
#include "base/system_remedy.hpp"
#include "base/text.hpp"

void metaxy_flatbuffer_fault(void) {
  throw metaxy::Error(metaxy::ErrorCode::InvalidArgument, "a message lacks one of its parts");
}

namespace metaxy::arrow {

namespace {

constexpr std::string_view kMagic = "ARROW1";
constexpr std::size_t kPaddedMagic = 8;

std::string system_message(int code) { return std::generic_category().message(code); }

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OwnedFile = std::unique_ptr<std::FILE, CloseFile>;

OwnedFile open_file(const std::string& path, const char* mode) {
  OwnedFile file(std::fopen(path.c_str(), mode));
  if (file) return file;
  const int code = errno;
  throw Error(code == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
              "cannot open " + quote(path) + ": " + system_message(code));
}

/// Bytes from where the messages begin to where they end.
struct Input {
  ByteSource source;
  std::string ahead;                            // read while looking at the first bytes
  std::int64_t left;                            // bytes until the footer; as good as endless for streams
  OwnedFile owned;                              // empty when the file is the caller's
  std::shared_ptr<std::exception_ptr> failure;  // what the source threw: no exception may pass through the reader
};

ArrowErrorCode read_input(ArrowIpcInputStream* stream, uint8_t* out, int64_t size, int64_t* read, ArrowError* error) {
  Input& input = *static_cast<Input*>(stream->private_data);
  if (size < 0) {  // a broken length
    ArrowErrorSet(error, "%s", "a message has a negative length");
    return EINVAL;
  }
  const auto wanted = static_cast<std::size_t>(std::min(size, input.left));
  std::size_t have = std::min(wanted, input.ahead.size());
  std::memcpy(out, input.ahead.data(), have);
  input.ahead.erase(0, have);
  try {
    if (have < wanted) have += input.source(reinterpret_cast<char*>(out) + have, wanted - have);
  } catch (...) {
    *input.failure = std::current_exception();
    return EIO;
  }
  input.left -= static_cast<std::int64_t>(have);
  *read = static_cast<std::int64_t>(have);
  return NANOARROW_OK;
}

void release_input(ArrowIpcInputStream* stream) {
  delete static_cast<Input*>(stream->private_data);
  stream->release = nullptr;
}

bool is_regular(std::FILE* file) {
  struct stat status {};
  return fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
}

// Where the footer of a file begins, from the position behind the magic; endless when it cannot be known (pipes), then
// the end-of-stream mark before the footer must do.
std::int64_t bytes_before_footer(std::FILE* file, const std::string& name) {
  constexpr std::int64_t kTrailer = 4 + static_cast<std::int64_t>(kMagic.size());
  if (!is_regular(file)) return std::numeric_limits<std::int64_t>::max();
  const off_t begin = ftello(file);
  unsigned char trailer[kTrailer] = {};
  const auto broken = [&] {
    return Error(ErrorCode::InvalidArgument, quote(name) + " is a broken Arrow file: it has no footer",
                 "the program that wrote it may have been interrupted; write it again");
  };
  if (fseeko(file, -kTrailer, SEEK_END) != 0 || std::fread(trailer, 1, kTrailer, file) != kTrailer) throw broken();
  const off_t end = ftello(file);
  std::uint32_t footer = 0;
  for (int i = 3; i >= 0; --i) footer = footer << 8 | trailer[i];
  if (std::memcmp(trailer + 4, kMagic.data(), kMagic.size()) != 0 || footer > end - begin - kTrailer) throw broken();
  if (fseeko(file, begin, SEEK_SET) != 0)
    throw Error(ErrorCode::Io, "cannot read " + quote(name) + ": " + system_message(errno));
  return end - begin - kTrailer - static_cast<std::int64_t>(footer);
}

Stream open_reader(std::unique_ptr<Input> input) {
  ArrowIpcInputStream source{};
  source.read = &read_input;
  source.release = &release_input;
  source.private_data = input.release();
  ArrowArrayStream reader{};
  // Buffers of their own are aligned, whatever offsets a message gives.
  ArrowIpcArrayStreamReaderOptions options{};
  options.field_index = -1;
  options.use_shared_buffers = 0;
  const ArrowErrorCode result = ArrowIpcArrayStreamReaderInit(&reader, &source, &options);
  if (result != NANOARROW_OK) release_input(&source);
  check(result, "opening an Arrow stream");
  return Stream(&reader);
}

Error broken_ipc(const std::string& name, const Error& cause) {
  const bool views = cause.message().find("View not yet supported") != std::string::npos;
  return Error(ErrorCode::InvalidArgument, "cannot read " + quote(name) + " as Arrow IPC: " + cause.message(),
               views
                   ? "write it with plain strings instead of views (Polars: compat_level=CompatLevel.oldest()), or as "
                     "Parquet"
                   : "give a file or stream in the Arrow IPC format");
}

// What the source threw, or else the reader's error.
[[noreturn]] void fail(const std::string& name, const Error& cause, const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
  throw broken_ipc(name, cause);
}

std::string first_bytes(const ByteSource& source, const std::string& name) {
  std::string bytes(kPaddedMagic, '\0');
  bytes.resize(source(bytes.data(), bytes.size()));
  if (!bytes.empty()) return bytes;
  throw Error(ErrorCode::InvalidArgument, quote(name) + " is empty", "give a file or stream in the Arrow IPC format");
}

Stream read_messages(std::unique_ptr<Input> input, const std::string& name) {
  const auto failure = std::make_shared<std::exception_ptr>();
  input->failure = failure;
  auto reader = std::make_shared<Stream>(open_reader(std::move(input)));
  try {
    Schema schema = reader->schema();
    return make_stream(std::move(schema), [reader, name, failure]() -> std::optional<Array> {
      try {
        return reader->next();
      } catch (const Error& error) {
        fail(name, error, *failure);
      }
    });
  } catch (const Error& error) {
    fail(name, error, *failure);
  }
}

ByteSource bytes_of(std::FILE* file, const std::string& name) {
  return [file, name](char* out, std::size_t size) {
    const std::size_t have = std::fread(out, 1, size, file);
    if (have < size && std::ferror(file))
      throw Error(ErrorCode::Io, "cannot read " + quote(name) + ": " + system_message(errno));
    return have;
  };
}

Stream read_file(std::FILE* file, OwnedFile owned, const std::string& name) {
  auto input = std::make_unique<Input>();
  input->source = bytes_of(file, name);
  input->owned = std::move(owned);
  input->ahead = first_bytes(input->source, name);
  input->left = std::numeric_limits<std::int64_t>::max();
  if (input->ahead.starts_with(kMagic)) {
    input->ahead.clear();
    input->left = bytes_before_footer(file, name);
  }
  return read_messages(std::move(input), name);
}

/// Puts messages into a file and remembers why that failed.
struct Output {
  std::FILE* file;
  int failure = 0;
};

ArrowErrorCode write_output(ArrowIpcOutputStream* stream, const void* bytes, int64_t size, int64_t* written,
                            ArrowError* error) {
  Output& output = *static_cast<Output*>(stream->private_data);
  const std::size_t done = std::fwrite(bytes, 1, static_cast<std::size_t>(size), output.file);
  *written = static_cast<std::int64_t>(done);
  if (done == static_cast<std::size_t>(size)) return NANOARROW_OK;
  output.failure = errno ? errno : EIO;
  ArrowErrorSet(error, "%s", system_message(output.failure).c_str());
  return EIO;
}

void release_output(ArrowIpcOutputStream* stream) { stream->release = nullptr; }

class Writer {
 public:
  Writer(std::FILE* file, std::string name, IpcFormat format) : output_{file}, name_(std::move(name)), format_(format) {
    ArrowIpcOutputStream sink{};
    sink.write = &write_output;
    sink.release = &release_output;
    sink.private_data = &output_;
    check(ArrowIpcWriterInit(&writer_, &sink), "writing Arrow IPC");
  }
  ~Writer() { ArrowIpcWriterReset(&writer_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void begin(const ArrowSchema& schema) {
    if (format_ == IpcFormat::File) done(ArrowIpcWriterStartFile(&writer_, &error_));
    done(ArrowIpcWriterWriteSchema(&writer_, &schema, &error_));
  }
  void batch(const ArrowSchema& schema, const ArrowArray& array) {
    const ArrayView view(schema, array);
    done(ArrowIpcWriterWriteArrayView(&writer_, view.get(), &error_));
  }
  void end() {
    done(ArrowIpcWriterWriteArrayView(&writer_, nullptr, &error_));
    if (format_ == IpcFormat::File) done(ArrowIpcWriterFinalizeFile(&writer_, &error_));
    if (std::fflush(output_.file) != 0) {
      output_.failure = errno;
      done(EIO);
    }
  }

 private:
  void done(ArrowErrorCode result) {
    if (result == NANOARROW_OK) return;
    if (output_.failure != 0)
      throw Error(ErrorCode::Io, "cannot write " + quote(name_) + ": " + system_message(output_.failure),
                  system_remedy(output_.failure));
    check(result, "writing " + quote(name_) + " as Arrow IPC", &error_, ErrorCode::Unsupported);
  }

  Output output_;
  std::string name_;
  IpcFormat format_;
  ArrowIpcWriter writer_{};
  ArrowError error_{};
};

}  // namespace

Stream read_ipc(const std::string& path) {
  OwnedFile file = open_file(path, "rb");
  std::FILE* raw = file.get();
  return read_file(raw, std::move(file), path);
}

Stream read_ipc(std::FILE* file, const std::string& name) { return read_file(file, OwnedFile(), name); }

// Where the footer of the file format begins cannot be known here; the end-of-stream mark before it must do.
Stream read_ipc(ByteSource source, const std::string& name) {
  auto input = std::make_unique<Input>();
  input->source = std::move(source);
  input->ahead = first_bytes(input->source, name);
  input->left = std::numeric_limits<std::int64_t>::max();
  if (input->ahead.starts_with(kMagic)) input->ahead.clear();
  return read_messages(std::move(input), name);
}

std::int64_t write_ipc(Stream& batches, std::FILE* file, const std::string& name, IpcFormat format) {
  const Schema schema = batches.schema();
  const Schema plain = plain_schema(*schema.get());
  Writer writer(file, name, format);
  writer.begin(*plain.get());
  std::int64_t rows = 0;
  while (auto batch = batches.next()) {
    rows += (*batch)->length;
    if (is_plain(*schema.get(), *batch->get())) {
      writer.batch(*plain.get(), *batch->get());
    } else {
      const Array copy = plain_array(*schema.get(), *batch->get());
      writer.batch(*plain.get(), *copy.get());
    }
  }
  writer.end();
  return rows;
}

std::int64_t write_ipc(Stream& batches, const std::string& path, IpcFormat format) {
  OwnedFile file = open_file(path, "wb");
  const std::int64_t rows = write_ipc(batches, file.get(), path, format);
  if (std::fclose(file.release()) != 0)
    throw Error(ErrorCode::Io, "cannot write " + quote(path) + ": " + system_message(errno));
  return rows;
}

}  // namespace metaxy::arrow
