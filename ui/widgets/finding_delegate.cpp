#include "widgets/finding_delegate.h"

#include "models/findings_model.h"
#include "style/icons.h"
#include "style/metrics.h"

#include <QPainter>
#include <QTextLayout>
#include <QTreeView>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using Kind = FindingsModel::Kind;

/// Sentences with fewer characters in a line than that have the answer above them.
constexpr int comfortableCharacters = 34;
constexpr int markSide = iconSize - 2;

Kind kindOf(const QModelIndex& index)
{
    return static_cast<Kind>(index.data(FindingsModel::KindRole).toInt());
}

/// Draws the text with its first line at `top`, if there is a painter; gives its height.
int drawText(QPainter* painter, const QRect& room, int top, QString text, const QFont& font, const QColor& colour)
{
    QTextLayout layout(text.replace(u'\n', QChar::LineSeparator), font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere); // names may be one long word
    layout.setTextOption(option);
    qreal height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(1, room.width()));
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
    if (painter) {
        painter->setPen(colour);
        layout.draw(painter, QPointF(room.left(), top));
    }
    return static_cast<int>(std::ceil(height));
}

QFont sentenceFont(const QFont& base)
{
    QFont font = fontAt(TextStep::Title, base); // as large as a title, and no bolder than text
    font.setWeight(QFont::Normal);
    return font;
}

} // namespace

StateMark markOf(analysis::FindingAnswer answer, const Theme& theme)
{
    switch (answer) {
    case analysis::FindingAnswer::Yes:
        return {u"ok"_s, theme.good};
    case analysis::FindingAnswer::No:
        return {u"error"_s, theme.bad};
    case analysis::FindingAnswer::NotShown:
        return {u"remove"_s, theme.mutedText};
    case analysis::FindingAnswer::NotMeasured:
        return {u"more"_s, theme.mutedText};
    case analysis::FindingAnswer::Note:
        return {u"warning"_s, theme.warning};
    }
    return {};
}

FindingDelegate::FindingDelegate(QTreeView* view)
    : QStyledItemDelegate(view)
    , m_view(view)
{
}

/// A row has what the viewport is wide, without the arrows before it.
int FindingDelegate::widthOf(const QModelIndex& index) const
{
    int depth = m_view->rootIsDecorated() ? 1 : 0;
    for (QModelIndex above = index.parent(); above.isValid(); above = above.parent())
        ++depth;
    return m_view->viewport()->width() - depth * m_view->indentation();
}

int FindingDelegate::wordWidth() const
{
    const QFontMetrics metrics(fontAt(TextStep::Strong, m_view->font()));
    int width = 0;
    const QStringList words = FindingsModel::words();
    for (const QString& word : words)
        width = std::max(width, metrics.horizontalAdvance(word));
    return markSide + gap + width + gapLarge;
}

bool FindingDelegate::isStacked(int width) const
{
    return width < wordWidth() + comfortableCharacters * QFontMetrics(sentenceFont(m_view->font())).averageCharWidth();
}

QSize FindingDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const int width = widthOf(index);
    return {1, drawRow(nullptr, QRect(0, 0, width, 0), index, false)}; // the view's one column is as wide as it is
}

void FindingDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem background = option;
    background.text.clear();
    m_view->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &background, painter, m_view);
    painter->save();
    painter->setClipRect(option.rect);
    (void)drawRow(painter, option.rect, index, option.state.testFlag(QStyle::State_Selected));
    painter->restore();
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        const Theme theme = Appearance::themeFor(option.palette);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(theme.accent, 1));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
}

/// Gives the height of the row; draws it where there is a painter.
int FindingDelegate::drawRow(QPainter* painter, const QRect& room, const QModelIndex& index, bool selected) const
{
    const Kind kind = kindOf(index);
    if (kind == Kind::Group)
        return drawGroup(painter, room, index, selected);
    if (kind == Kind::Finding)
        return drawFinding(painter, room, index, selected);
    const Theme theme = Appearance::themeFor(m_view->palette());
    QColor colour = kind == Kind::Nothing ? theme.mutedText : theme.text;
    QFont font = m_view->font();
    if (kind == Kind::Evidence) {
        colour = theme.accent;
        font.setUnderline(true);
    }
    if (selected)
        colour = m_view->palette().color(QPalette::HighlightedText);
    QRect text = room.adjusted(gap, gapSmall, -gapLarge, 0);
    if (kind != Kind::Nothing && !isStacked(text.width() + m_view->indentation()))
        text.setLeft(text.left() + wordWidth() - m_view->indentation()); // below the sentence
    return drawText(painter, text, text.top(), index.data().toString(), font, colour) + 2 * gapSmall;
}

int FindingDelegate::drawGroup(QPainter* painter, const QRect& room, const QModelIndex& index, bool selected) const
{
    const Theme theme = Appearance::themeFor(m_view->palette());
    const QColor chosen = m_view->palette().color(QPalette::HighlightedText);
    const QFont font = fontAt(TextStep::Title, m_view->font());
    const int count = index.data(FindingsModel::CountRole).toInt();
    const QFont small = fontAt(TextStep::Caption, m_view->font());
    const QString number = QString::number(count);
    const int numberWidth = QFontMetrics(small).horizontalAdvance(number);
    const QRect text = room.adjusted(gapSmall, gap, -gapLarge - numberWidth - gap, 0);
    const int height =
        drawText(painter, text, text.top(), index.data().toString(), font, selected ? chosen : theme.text);
    if (painter && count > 0)
        (void)drawText(painter, QRect(room.right() - gapLarge - numberWidth, 0, numberWidth + 1, 0),
                       text.top() + height - QFontMetrics(small).height(), number, small,
                       selected ? chosen : theme.mutedText);
    return height + 2 * gap;
}

int FindingDelegate::drawFinding(QPainter* painter, const QRect& room, const QModelIndex& index, bool selected) const
{
    const Theme theme = Appearance::themeFor(m_view->palette());
    const QColor chosen = m_view->palette().color(QPalette::HighlightedText);
    const QFont strong = fontAt(TextStep::Strong, m_view->font());
    const QFont font = sentenceFont(m_view->font());
    QRect text = room.adjusted(gap, gap, -gapLarge, 0);
    const bool stacked = isStacked(text.width());
    if (painter) {
        const auto answer = static_cast<analysis::FindingAnswer>(index.data(FindingsModel::AnswerRole).toInt());
        StateMark mark = markOf(answer, theme);
        if (selected)
            mark.color = chosen;
        const QFontMetrics metrics(strong);
        const int drop = std::max(0, (metrics.height() - markSide) / 2);
        painter->drawPixmap(text.left(), text.top() + drop,
                            markPixmap(mark, markSide, painter->device()->devicePixelRatioF()));
        const QRect word = text.adjusted(markSide + gap, 0, 0, 0);
        (void)drawText(painter, word, text.top(), index.data(FindingsModel::WordRole).toString(), strong,
                       selected ? chosen : theme.text);
    }
    int top = text.top();
    if (stacked)
        top += std::max(QFontMetrics(strong).height(), markSide) + gapSmall;
    else
        text.setLeft(text.left() + wordWidth());
    const QString statement = index.data(FindingsModel::StatementRole).toString();
    if (!statement.isEmpty())
        top += drawText(painter, text, top, statement, strong, selected ? chosen : theme.text) + gapSmall;
    top += drawText(painter, text, top, index.data(FindingsModel::SentenceRole).toString(), font,
                    selected ? chosen : theme.text);
    return std::max(top - room.top(), gap + markSide) + gap;
}

} // namespace bv
