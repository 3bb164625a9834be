#pragma once

#include "style/appearance.h"
#include "style/target_look.h"

#include <QFont>
#include <QGraphicsItem>
#include <QtCharts/QChart>
#include <functional>
#include <memory>

class QAbstractTableModel;
class QValueAxis;

namespace bv {

/// How a target looks in a theme.
using LookSource = std::function<TargetLook(const QString& targetId, const Theme& theme)>;

/// An entry of a chart's legend.
struct LegendEntry
{
    QString targetId;
    QString name;
    TargetLook look;
    bool thin = false; ///< drawn thinner, with a hollow marker: a second figure of the target
    bool shown = true;
};

/// A chart without a widget: data, axes and looks in a QChart. Widgets show it, and the export draws it at any size in
/// any theme. Nothing in it moves by itself. GUI thread; needs a QApplication.
class Plot
{
public:
    Plot();
    virtual ~Plot();
    Plot(const Plot&) = delete;
    Plot& operator=(const Plot&) = delete;

    QChart* chart() const { return m_chart; }
    const Theme& theme() const { return m_theme; }
    void setTheme(const Theme& theme);
    void setFont(const QFont& font);
    /// Device-independent pixels; draws anew.
    void resize(const QSizeF& size);
    QRectF plotArea() const;
    /// A word at the top right about all that is drawn, "Recorded": on the screen and in every picture. Empty: none.
    void setMark(const QString& mark);
    const QString& mark() const { return m_mark; }
    /// Lines and markers are so many times as thick as usual, for those who look from afar.
    void setStrokes(qreal factor);

    virtual QString title() const = 0;
    virtual QString unit() const = 0;
    /// For file names: "cpu-events".
    virtual QString stem() const = 0;
    /// What the chart shows, in words, for those who do not see it.
    virtual QString summary() const = 0;
    /// The same behind the mark, if there is one.
    QString markedSummary() const { return m_mark.isEmpty() ? summary() : m_mark + QStringLiteral(". ") + summary(); }
    /// How the marks are to be read, for those who have only the picture; empty where that is plain.
    virtual QString note() const { return {}; }
    virtual bool isEmpty() const = 0;
    virtual QList<LegendEntry> legend() const = 0;
    virtual void setShown(qsizetype entry, bool shown) = 0;
    virtual QAbstractTableModel* makeNumbers(QObject* parent) const = 0;
    /// The same data, view and hidden entries in another plot.
    virtual std::unique_ptr<Plot> copy() const = 0;

    /// Moves the read-out to what is near `position`, in pixels of the chart; false, and no read-out, where nothing is.
    virtual bool pointAt(const QPointF& position) = 0;
    virtual void clearPoint() = 0;
    /// The read-out in words; empty for none.
    virtual QString pointText() const = 0;

    /// Takes the data, size and looks of now to the screen.
    virtual void update() = 0;

protected:
    /// Everything that Qt Charts does not draw: markers, bands, whiskers, the read-out.
    virtual void paintOver(QPainter& painter) = 0;
    virtual void applyTheme() = 0;
    QFont captionFont() const;
    qreal strokes() const { return m_strokes; }
    /// What the mark takes of the line above the plot, from the right; 0 without one.
    qreal markWidth() const;
    void styleAxis(QValueAxis* axis, bool grid) const;
    void repaintOver();
    /// A small box with text beside `anchor`, inside the chart.
    void paintReadOut(QPainter& painter, const QPointF& anchor, const QStringList& lines) const;

private:
    class Overlay;
    QRectF markRect() const;
    void paintMark(QPainter& painter) const;
    QChart* m_chart;
    Overlay* m_overlay;
    Theme m_theme;
    QFont m_font;
    QString m_mark;
    qreal m_strokes = 1;
};

} // namespace bv
