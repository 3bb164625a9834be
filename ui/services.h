#pragma once

namespace bv {

class Appearance;
class DiskService;
class Engine;
class EnvironmentMonitor;
class ImageService;
class LogModel;
class PlanDocument;
class QemuService;
class SessionLibrary;
class SessionModel;
class VmService;

/// What panels and pages work with. All of it is made by app/application and outlives the window; GUI thread.
struct Services
{
    Engine& engine;
    SessionLibrary& library;
    EnvironmentMonitor& environment;
    ImageService& images;
    QemuService& qemu;
    DiskService& disks;
    VmService& vms;
    PlanDocument& plan;    ///< being edited
    SessionModel& session; ///< being shown
    LogModel& log;
    Appearance& appearance;
};

} // namespace bv
