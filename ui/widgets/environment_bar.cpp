#include "widgets/environment_bar.h"

#include "models/text.h"
#include "style/appearance.h"
#include "style/environment_mark.h"
#include "style/metrics.h"
#include "system/environment_monitor.h"

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QStyleOptionFocusRect>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using State = EnvironmentItem::State;

constexpr int markSide = 14;

QString versionIn(const QString& text)
{
    static const QRegularExpression version(u"\\d+\\.\\d+(\\.\\d+)?"_s);
    return version.match(text).captured();
}

/// What always has a place in the line, whatever its state.
bool isMain(const EnvironmentItem& item)
{
    static const QStringList main{u"qemu"_s, u"container-engine"_s, u"sysbench"_s, u"kvm"_s};
    return main.contains(item.id);
}

QString nameOf(const EnvironmentItem& item)
{
    // "Docker 20.10.24, storage driver overlay2" names the engine that was found.
    if (item.id == "container-engine"_L1 && !versionIn(item.detail).isEmpty())
        return item.detail.left(item.detail.indexOf(versionIn(item.detail))).trimmed();
    return item.title;
}

} // namespace

EnvironmentBar::EnvironmentBar(const Services& services, QWidget* parent)
    : QAbstractButton(parent)
    , m_environment(services.environment)
{
    setObjectName(u"environmentBar"_s);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(this, &QAbstractButton::clicked, this, &EnvironmentBar::activated);
    connect(&services.environment, &EnvironmentMonitor::checked, this, &EnvironmentBar::refresh);
    connect(&services.environment, &EnvironmentMonitor::checkingChanged, this, &EnvironmentBar::refresh);
    refresh();
}

EnvironmentBar::Part EnvironmentBar::partOf(const EnvironmentItem& item) const
{
    const StateMark mark = markOf(item.state, Appearance::themeFor(palette()));
    const QString name = nameOf(item);
    Part part{mark.icon, mark.color, name, name};
    if (item.state == State::Missing)
        part.text = part.brief = tr("%1 missing").arg(name);
    else if (item.id == "kvm"_L1)
        part.text = part.brief = item.state == State::Ok ? tr("KVM usable") : tr("KVM not usable");
    else if (item.id == "guest"_L1 && item.state == State::Warning)
        part.text = part.brief = tr("Guest not built yet");
    else if (item.state == State::Warning && !isMain(item))
        part.text = part.brief = tr("%1 scarce").arg(name);
    else if (const QString version = versionIn(item.detail); !version.isEmpty())
        part.text = u"%1 %2"_s.arg(name, version);
    return part;
}

void EnvironmentBar::refresh()
{
    m_parts.clear();
    QStringList tips;
    for (const EnvironmentItem& item : m_environment.items()) {
        QStringList said{item.detail, item.mend};
        said.removeAll(QString());
        tips << tr("%1: %2").arg(item.title, environmentStateText(item.state)) +
                    (said.isEmpty() ? QString() : u"\n   "_s + said.join(u"\n   "_s));
        if (isMain(item) || item.state != State::Ok)
            m_parts << partOf(item);
    }
    const Theme theme = Appearance::themeFor(palette());
    if (m_environment.isChecking()) {
        const QString words = m_parts.isEmpty() ? tr("Checking what this machine has…") : tr("Checking…");
        m_parts << Part{u"refresh"_s, theme.mutedText, words, words};
    }
    if (m_parts.isEmpty())
        m_parts << Part{u"info"_s, theme.mutedText, tr("Not checked yet"), tr("Not checked yet")};
    QStringList texts;
    for (const Part& part : std::as_const(m_parts))
        texts << part.text;
    setAccessibleName(tr("Environment: %1").arg(texts.join(u", "_s)));
    setAccessibleDescription(tr("Opens the environment check"));
    tips << tr("Click for the environment check.");
    setToolTip(plainToolTip(tips.join(u'\n')));
    setMinimumHeight(heightForWidth(std::max(width(), minimumSizeHint().width())));
    updateGeometry();
    update();
}

int EnvironmentBar::partWidth(const QString& text) const
{
    return markSide + gapSmall + fontMetrics().horizontalAdvance(text);
}

QList<EnvironmentBar::Placed> EnvironmentBar::place(int width, int* height) const
{
    const int room = width - 2 * gapSmall;
    int whole = 0;
    for (const Part& part : m_parts)
        whole += partWidth(part.text) + gapLarge;
    const bool brief = whole - gapLarge > room;
    const int line = std::max(fontMetrics().height(), markSide) + gapSmall;
    QList<Placed> placed;
    int x = gapSmall;
    int y = gapSmall / 2;
    for (qsizetype i = 0; i < m_parts.size(); ++i) {
        const QString text = brief ? m_parts.at(i).brief : m_parts.at(i).text;
        const int w = partWidth(text);
        if (x > gapSmall && x + w > gapSmall + room) {
            x = gapSmall;
            y += line;
        }
        placed << Placed{QRect(x, y, w, line), text, i};
        x += w + gapLarge;
    }
    *height = y + line + gapSmall / 2;
    return placed;
}

int EnvironmentBar::heightForWidth(int width) const
{
    int height = 0;
    (void)place(width, &height);
    return height;
}

QSize EnvironmentBar::sizeHint() const
{
    int width = 2 * gapSmall - gapLarge;
    for (const Part& part : m_parts)
        width += partWidth(part.text) + gapLarge;
    return {width, heightForWidth(width)};
}

QSize EnvironmentBar::minimumSizeHint() const
{
    int width = 0;
    for (const Part& part : m_parts)
        width = std::max(width, partWidth(part.brief));
    return {width + 2 * gapSmall, std::max(fontMetrics().height(), markSide) + 2 * gapSmall};
}

void EnvironmentBar::resizeEvent(QResizeEvent* event)
{
    QAbstractButton::resizeEvent(event);
    // A status bar does not ask for the height of a width.
    setMinimumHeight(heightForWidth(width()));
}

void EnvironmentBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

void EnvironmentBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        refresh();
    QAbstractButton::changeEvent(event);
}

void EnvironmentBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Theme theme = Appearance::themeFor(palette());
    if (underMouse() || isDown())
        painter.fillRect(rect(), theme.grid);
    int height = 0;
    const QList<Placed> placed = place(width(), &height);
    for (const Placed& one : placed) {
        const Part& part = m_parts.at(one.part);
        const QPixmap mark = markPixmap({part.icon, part.color}, markSide, devicePixelRatioF());
        painter.drawPixmap(QPoint(one.rect.x(), one.rect.y() + (one.rect.height() - markSide) / 2), mark);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(one.rect.adjusted(markSide + gapSmall, 0, gapLarge, 0), Qt::AlignVCenter | Qt::AlignLeft,
                         one.text);
    }
    if (hasFocus()) {
        QStyleOptionFocusRect option;
        option.initFrom(this);
        option.rect = rect().adjusted(1, 1, -1, -1);
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &option, &painter, this);
    }
}

} // namespace bv
