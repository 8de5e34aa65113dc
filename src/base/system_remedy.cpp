// SPDX-License-Identifier: Apache-2.0
#include "base/system_remedy.hpp"

#include <cerrno>

namespace metaxy {

std::string system_remedy(int code) {
  switch (code) {
    case EACCES:
    case EPERM: return "check the permissions of the file and its folder";
    case EROFS: return "choose a folder that can be written";
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return "free space on that disk, or choose another";
    case EMFILE:
    case ENFILE: return "raise the number of files that may be open (ulimit -n)";
    default: return {};
  }
}

}  // namespace metaxy
