#pragma once

#include "services.h"

#include <QWidget>

namespace bv {

class SetupPanel : public QWidget
{
    Q_OBJECT
public:
    explicit SetupPanel(const Services& services, QWidget* parent = nullptr);
};

} // namespace bv
