#pragma once

#include "services.h"

#include <QWidget>

namespace bv {

class ResultsPage : public QWidget
{
    Q_OBJECT
public:
    explicit ResultsPage(const Services& services, QWidget* parent = nullptr);
};

} // namespace bv
