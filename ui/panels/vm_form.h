#pragma once

#include "panels/target_form.h"

namespace bv {

class EnvironmentMonitor;
struct MachineLimits;

/// The settings of a virtual machine. What this version cannot do (plan/not_yet.h) has no field.
class VmForm : public TargetForm
{
    Q_OBJECT
public:
    VmForm(const MachineLimits& limits, EnvironmentMonitor& environment, QWidget* parent);

protected:
    void loaded() override;

private:
    void addMachine(const MachineLimits& limits);
    void addDisk();
    void chooseDisk();

    EnvironmentMonitor& m_environment;
    Field* m_accelerator = nullptr;
    Field* m_path = nullptr;
    Field* m_size = nullptr;
};

} // namespace bv
