#pragma once

#include "charts/plot.h"
#include "models/chart_data.h"

class QLineSeries;

namespace bv {

/// Lines over time. Shows all data and follows the newest, or a part of it.
class TimePlot : public Plot
{
public:
    explicit TimePlot(LookSource looks);
    ~TimePlot() override;

    /// Draws anew. A plot that shows all data goes on to do so.
    void setData(const ChartData& data);
    const ChartData& data() const { return m_data; }

    struct View
    {
        double from = 0; ///< seconds
        double to = 1;
        double span() const { return to - from; }
    };
    View view() const;
    bool isZoomed() const { return m_zoomed.has_value(); }
    /// Kept within the data; all of it, or more, is the same as showAll().
    void setView(View view);
    void showAll();
    /// By `factor` (below 1: closer) about the place that is at `position` pixels.
    void zoom(double factor, double position);
    /// By pixels; to the right for positive ones.
    void pan(double pixels);

    QString title() const override { return chartTitle(m_data); }
    QString unit() const override { return chartUnit(m_data.kind); }
    QString stem() const override { return chartStem(m_data.kind); }
    QString summary() const override;
    bool isEmpty() const override { return m_data.isEmpty(); }
    QList<LegendEntry> legend() const override;
    void setShown(qsizetype entry, bool shown) override;
    QAbstractTableModel* makeNumbers(QObject* parent) const override;
    std::unique_ptr<Plot> copy() const override;
    bool pointAt(const QPointF& position) override;
    void clearPoint() override;
    QString pointText() const override;
    /// Moves the read-out along the line it is on; onto the first line's last point where it is on none.
    void stepPoint(int steps);
    void update() override;

    /// The most points that are drawn of all lines together; what a redraw costs follows from it.
    static constexpr int pointBudget = 1200;
    int drawnPoints() const { return m_drawnPoints; }

protected:
    void paintOver(QPainter& painter) override;
    void applyTheme() override;

private:
    struct Line
    {
        std::vector<QLineSeries*> pieces; ///< one for each stretch without a gap; kept for reuse
        QList<QList<QPointF>> points;     ///< as drawn; seconds
    };
    void layOut();
    void drawLines();
    void styleLine(std::size_t line);
    bool isShown(std::size_t line) const { return line >= m_hidden.size() || !m_hidden[line]; }
    bool isListed(const ChartSeries& series) const;
    QPointF toPixels(double x, double y) const;
    double toSeconds(double pixel) const;
    void paintBands(QPainter& painter) const;
    void paintMarkers(QPainter& painter) const;
    void paintPoint(QPainter& painter) const;
    QStringList pointLines() const;

    LookSource m_looks;
    ChartData m_data;
    QValueAxis* m_x;
    QValueAxis* m_y;
    std::vector<Line> m_lines;
    std::vector<bool> m_hidden;
    std::optional<View> m_zoomed;
    ChartData::Point m_point;
    double m_timeUnit = 1; ///< seconds of one unit of the x axis
    double m_top = 1;      ///< of the y axis
    QString m_yFormat;
    int m_drawnPoints = 0;
};

} // namespace bv
