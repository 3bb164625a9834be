#include "widgets/plan_strip.h"

#include "models/plan_strip_model.h"
#include "models/session_model.h"
#include "style/appearance.h"
#include "style/metrics.h"
#include "style/target_look.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int sampleWidth = 28;

QColor colorOf(RunState state, const Theme& theme)
{
    switch (state) {
    case RunState::Running:
        return theme.accent;
    case RunState::Ok:
        return theme.good;
    case RunState::Failed:
        return theme.bad;
    case RunState::Cancelled:
        return theme.warning;
    case RunState::Waiting:
    case RunState::Skipped:
        break;
    }
    return theme.mutedText;
}

class CellDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        if (index.data(PlanStripModel::RunRole).toLongLong() < 0)
            return;
        const Theme theme = Appearance::themeFor(option.palette);
        const auto state = static_cast<RunState>(index.data(PlanStripModel::StateRole).toInt());
        const QColor color = colorOf(state, theme);
        const QRectF cell = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool solid = state == RunState::Running || state == RunState::Failed;
        QColor fill = color;
        if (!solid)
            fill.setAlpha(state == RunState::Ok || state == RunState::Cancelled ? 56 : 0);
        QPen outline(state == RunState::Waiting || state == RunState::Skipped ? theme.border : color, 1);
        if (index.data(PlanStripModel::WarmUpRole).toBool())
            outline.setStyle(Qt::DotLine);
        painter->setPen(outline);
        painter->setBrush(fill);
        painter->drawRoundedRect(cell, 3, 3);
        painter->setPen(solid ? theme.card : color);
        painter->setFont(fontAt(TextStep::Strong, option.font));
        painter->drawText(cell, Qt::AlignCenter, index.data().toString());
        const auto* strip = qobject_cast<const QAbstractItemView*>(option.widget);
        if (strip && strip->hasFocus() && strip->currentIndex() == index) {
            painter->setPen(QPen(theme.text, 2));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(cell, 3, 3);
        }
        painter->restore();
    }
};

/// Test and target of a row; the test only where it is another one than above.
class RowHeader : public QHeaderView
{
public:
    RowHeader(const SessionModel& session, QWidget* parent)
        : QHeaderView(Qt::Vertical, parent)
        , m_session(session)
    {
        setSectionResizeMode(Fixed);
        setSectionsClickable(false);
        setHighlightSections(false);
        setFocusPolicy(Qt::NoFocus);
    }

    /// As wide as its texts; measured on at most some hundred rows.
    void measure()
    {
        constexpr int mostRows = 400;
        const QFontMetrics metrics(font());
        m_testWidth = 0;
        int target = 0;
        for (int row = 0; row < std::min(count(), mostRows); ++row) {
            const auto text = [&](int role) { return model()->headerData(row, Qt::Vertical, role).toString(); };
            m_testWidth = std::max(m_testWidth, metrics.horizontalAdvance(text(PlanStripModel::GroupRole)));
            target = std::max(target, metrics.horizontalAdvance(text(PlanStripModel::TargetNameRole)));
        }
        m_width = m_testWidth + gapLarge + sampleWidth + gapSmall + target + gapLarge;
        setFixedWidth(m_width);
    }
    QSize sizeHint() const override { return {m_width, 0}; }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int row) const override
    {
        const Theme theme = Appearance::themeFor(palette());
        const auto text = [&](int role) { return model()->headerData(row, Qt::Vertical, role).toString(); };
        painter->save();
        painter->fillRect(rect, theme.card);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setFont(font());
        painter->setPen(theme.text);
        const QString group = text(PlanStripModel::GroupRole);
        painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, group);
        const QString id = text(PlanStripModel::TargetRole);
        const TargetLook look = targetLook(m_session, id, theme);
        const qreal left = rect.left() + m_testWidth + gapLarge;
        const qreal middle = rect.top() + rect.height() / 2.0;
        painter->setPen(look.pen());
        painter->drawLine(QPointF(left, middle), QPointF(left + sampleWidth, middle));
        painter->setPen(Qt::NoPen);
        painter->setBrush(look.color);
        drawMarker(*painter, look.marker, {left + sampleWidth / 2.0, middle}, 8);
        painter->setPen(theme.mutedText);
        painter->drawText(rect.adjusted(static_cast<int>(left) - rect.left() + sampleWidth + gapSmall, 0, 0, 0),
                          Qt::AlignLeft | Qt::AlignVCenter, text(PlanStripModel::TargetNameRole));
        painter->restore();
    }

    void paintEvent(QPaintEvent* event) override
    {
        QPainter(viewport()).fillRect(event->rect(), Appearance::themeFor(palette()).card);
        QHeaderView::paintEvent(event);
    }

private:
    const SessionModel& m_session;
    int m_testWidth = 0;
    int m_width = 0;
};

} // namespace

PlanStrip::PlanStrip(const SessionModel& session, QWidget* parent)
    : QTableView(parent)
    , m_model(new PlanStripModel(session, this))
{
    setObjectName(u"planStrip"_s);
    setAccessibleName(tr("Plan: a row per test and target, a cell per run"));
    setAccessibleDescription(tr("Arrow keys go from run to run, Enter shows the run."));
    setVerticalHeader(new RowHeader(session, this));
    horizontalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    setItemDelegate(new CellDelegate(this));
    setModel(m_model);
    setShowGrid(false);
    setFrameShape(NoFrame);
    setCornerButtonEnabled(false);
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerPixel);
    connect(this, &QTableView::clicked, this, &PlanStrip::activate);
    connect(m_model, &QAbstractItemModel::modelReset, this, &PlanStrip::measure);
    measure();
    recolour();
}

void PlanStrip::measure()
{
    const int height = fontMetrics().height() + 6;
    verticalHeader()->setMinimumSectionSize(height);
    verticalHeader()->setDefaultSectionSize(height);
    horizontalHeader()->setMinimumSectionSize(height);
    horizontalHeader()->setDefaultSectionSize(height + 4);
    static_cast<RowHeader*>(verticalHeader())->measure();
    updateGeometry();
}

void PlanStrip::recolour()
{
    const QColor card = Appearance::themeFor(palette()).card;
    QPalette colours;
    colours.setColor(QPalette::Base, card);
    if (palette().color(QPalette::Base) != card)
        setPalette(colours);
}

void PlanStrip::changeEvent(QEvent* event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        measure();
    if (event->type() == QEvent::PaletteChange)
        recolour();
}

QSize PlanStrip::sizeHint() const
{
    constexpr int mostRows = 6;
    const int rows = std::clamp(m_model->rowCount(), 1, mostRows);
    return {400, rows * verticalHeader()->defaultSectionSize() + 2};
}

QSize PlanStrip::minimumSizeHint() const
{
    const int rows = std::clamp(m_model->rowCount(), 1, 4);
    return {200, rows * verticalHeader()->defaultSectionSize() + 2};
}

void PlanStrip::reveal(qsizetype run)
{
    const QModelIndex index = m_model->indexOf(run);
    if (index.isValid())
        scrollTo(index);
}

void PlanStrip::activate(const QModelIndex& index)
{
    const qlonglong run = index.data(PlanStripModel::RunRole).toLongLong();
    if (index.isValid() && run >= 0)
        emit runActivated(run);
}

void PlanStrip::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        activate(currentIndex());
        event->accept();
        break;
    default:
        QTableView::keyPressEvent(event);
    }
}

} // namespace bv
