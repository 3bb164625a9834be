#pragma once

#include "services.h"

#include <QWidget>

namespace bv {

class LivePage : public QWidget
{
    Q_OBJECT
public:
    explicit LivePage(const Services& services, QWidget* parent = nullptr);
};

} // namespace bv
