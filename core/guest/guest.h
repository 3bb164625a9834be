#pragma once
#include <QString>
namespace bv {
struct GuestFiles { QString folder; QString kernel; QString initrd; QString imageTar; QString digest; QString sysbenchVersion; QString sysbenchSha256; QString kernelRelease; QString kernelPackage; QString arch; };
}
