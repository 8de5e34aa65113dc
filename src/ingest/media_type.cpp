// SPDX-License-Identifier: Apache-2.0
#include "ingest/media_type.hpp"

#include <magic.h>
#include <unistd.h>

#include <metaxy/error.hpp>

namespace metaxy::ingest {

void MediaTypes::Close::operator()(magic_set* cookie) const { magic_close(cookie); }

MediaTypes::MediaTypes() : cookie_(magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS)) {
  if (cookie_ && magic_load(cookie_.get(), nullptr) == 0) return;
  const char* words = cookie_ ? magic_error(cookie_.get()) : nullptr;
  throw Error(ErrorCode::Io, std::string("the database of libmagic cannot be loaded: ") + (words ? words : "no memory"),
              "install libmagic's data (package libmagic-mgc) or point the variable MAGIC to it");
}

std::string MediaTypes::of(const OpenFile& file) const {
  lseek(file.descriptor(), 0, SEEK_SET);
  const char* type = magic_descriptor(cookie_.get(), file.descriptor());
  if (type) return type;
  const char* words = magic_error(cookie_.get());
  throw Error(ErrorCode::Io, std::string("its media type cannot be told: ") + (words ? words : "unknown reason"));
}

}  // namespace metaxy::ingest
