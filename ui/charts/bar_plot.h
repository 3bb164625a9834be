#pragma once

#include "charts/plot.h"
#include "models/bar_data.h"

#include <QSet>

class QBarCategoryAxis;
class QBarSeries;

namespace bv {

/// The results of one test: a group per test with its parameters, a bar per target for the mean, a whisker for its 95 %
/// confidence interval, a mark for every single run. The axis begins at 0.
class BarPlot : public Plot
{
public:
    explicit BarPlot(LookSource looks);
    ~BarPlot() override;

    void setData(const BarData& data);
    const BarData& data() const { return m_data; }

    QString title() const override { return m_data.title; }
    QString unit() const override { return m_data.unit; }
    QString stem() const override { return m_data.stem; }
    QString summary() const override;
    /// What bars, whiskers and dots are, and of how many runs.
    QString note() const override;
    bool isEmpty() const override { return m_data.groups.isEmpty(); }
    QList<LegendEntry> legend() const override;
    void setShown(qsizetype entry, bool shown) override;
    /// What of the targets was hidden is forgotten: they are those of another session.
    void showAll();
    QAbstractTableModel* makeNumbers(QObject* parent) const override;
    std::unique_ptr<Plot> copy() const override;
    bool pointAt(const QPointF& position) override;
    void clearPoint() override;
    QString pointText() const override;
    /// To the next or previous bar that has values.
    void stepPoint(int steps);
    void update() override;

protected:
    void paintOver(QPainter& painter) override;
    void applyTheme() override;

private:
    void makeBars();
    QList<qsizetype> shownTargets() const;
    /// Where the bar stands, from its value down to 0, in pixels.
    QRectF barRect(qsizetype group, qsizetype shownPlace, double value) const;
    void paintBar(QPainter& painter, qsizetype group, qsizetype shownPlace, const Bar& bar) const;
    /// The phases of a start, one upon the other, each with its name where that has room.
    void paintParts(QPainter& painter, const QRectF& rect, const Bar& bar) const;
    void paintLabels(QPainter& painter) const;
    QStringList pointLines() const;
    qreal labelHeight(qreal width) const;

    LookSource m_looks;
    BarData m_data;
    QBarCategoryAxis* m_x;
    QValueAxis* m_y;
    QBarSeries* m_series;
    QSet<QString> m_hidden; ///< ids of targets
    double m_top = 1;
    qsizetype m_group = -1; ///< of the read-out
    qsizetype m_place = -1; ///< among those shown
};

} // namespace bv
