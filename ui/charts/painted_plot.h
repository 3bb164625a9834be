#pragma once

#include "charts/plot.h"

namespace bv {

/// A chart that paints itself and has no read-out: it stands in reports and exports.
class PaintedPlot : public Plot
{
public:
    void setShown(qsizetype, bool) override {}
    bool pointAt(const QPointF&) override { return false; }
    void clearPoint() override {}
    QString pointText() const override { return {}; }
    void update() override { repaintOver(); }

protected:
    void applyTheme() override {}
};

} // namespace bv
