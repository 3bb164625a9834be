#pragma once

#include "services.h"

#include <QWidget>

namespace bv {

class LogPage : public QWidget
{
    Q_OBJECT
public:
    explicit LogPage(const Services& services, QWidget* parent = nullptr);
};

} // namespace bv
