#pragma once

#include "services.h"

#include <QWidget>

namespace bv {

class SessionsPage : public QWidget
{
    Q_OBJECT
public:
    explicit SessionsPage(const Services& services, QWidget* parent = nullptr);
};

} // namespace bv
