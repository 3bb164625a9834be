#include "plan/option_list.h"

#include <QStringList>
#include <algorithm>

namespace bv {

namespace {

/// The pieces between single commas; two commas are one in a piece.
QStringList pieces(const QString& text)
{
    QStringList list{QString()};
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool comma = text.at(i) == u',';
        if (comma && i + 1 < text.size() && text.at(i + 1) == u',') {
            list.last() += u',';
            ++i;
        } else if (comma) {
            list << QString();
        } else {
            list.last() += text.at(i);
        }
    }
    return list;
}

} // namespace

OptionList OptionList::parse(const QString& text)
{
    OptionList options;
    const QStringList all = pieces(text);
    for (qsizetype i = 0; i < all.size(); ++i) {
        const qsizetype equals = all.at(i).indexOf(u'=');
        if (i == 0 && equals < 0)
            options.head = all.at(i);
        else if (equals >= 0)
            options.items << Item{all.at(i).left(equals), all.at(i).mid(equals + 1)};
        else if (!all.at(i).isEmpty())
            options.items << Item{all.at(i), std::nullopt};
    }
    return options;
}

QString OptionList::text() const
{
    QStringList list;
    if (!head.isEmpty())
        list << escaped(head);
    for (const Item& item : items)
        list << escaped(item.key) + (item.value ? u'=' + escaped(*item.value) : QString());
    return list.join(u',');
}

bool OptionList::contains(const QString& key) const
{
    return std::any_of(items.cbegin(), items.cend(), [&key](const Item& item) { return item.key == key; });
}

std::optional<QString> OptionList::value(const QString& key) const
{
    for (auto item = items.crbegin(); item != items.crend(); ++item) {
        if (item->key == key)
            return item->value.value_or(QString());
    }
    return std::nullopt;
}

std::optional<QString> OptionList::take(const QString& key)
{
    const auto found = value(key);
    items.removeIf([&key](const Item& item) { return item.key == key; });
    return found;
}

QString OptionList::escaped(QString value)
{
    return value.replace(u',', QStringLiteral(",,"));
}

} // namespace bv
