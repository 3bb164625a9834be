#pragma once

#include "base/result.h"
#include "guest/architecture.h"

#include <QString>
#include <stop_token>

namespace bv {

/// Writes a kernel to the new file `target` as QEMU of every version starts it, directly and by an EFI image: that of
/// x86_64 as it is, that of aarch64 unpacked when it is compressed (gzip, or an EFI image with a compressed kernel in
/// it, which QEMU before 9 does not know). BadInput when it is neither; Io, NoSpace, Cancelled. Any thread; slow.
Result<> unpackKernelImage(const QString& source, const QString& target, const GuestArchitecture& arch,
                           std::stop_token stop);

/// The release of a kernel that unpackKernelImage() wrote: from the header of a bzImage (kernel documentation,
/// x86/boot, fields "header" and "kernel_version"), or from the words "Linux version" in an Image of aarch64, whose
/// header (kernel documentation, arm64/booting) does not hold it. Io when it cannot be read, BadInput when it is no
/// such kernel. Any thread.
Result<QString> kernelRelease(const QString& image, const GuestArchitecture& arch);

} // namespace bv
