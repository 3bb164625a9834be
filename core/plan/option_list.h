#pragma once

#include <QList>
#include <QString>
#include <optional>

namespace bv {

/// A list of options as QEMU writes it: "virt,highmem=off", "file=a,,b.raw,if=virtio,readonly". A comma in a value is
/// written twice.
struct OptionList
{
    struct Item
    {
        QString key;
        std::optional<QString> value; ///< nothing for a switch ("readonly")
        bool operator==(const Item&) const = default;
    };

    QString head; ///< the first piece, where it is no "key=value"
    QList<Item> items;

    static OptionList parse(const QString& text);
    /// parse(text()) is the same list again.
    QString text() const;

    bool contains(const QString& key) const;
    /// The value of a key, empty for a switch; nothing where the key is missing. Of several the last, as in QEMU.
    std::optional<QString> value(const QString& key) const;
    /// The same, and every item of that key is taken out.
    std::optional<QString> take(const QString& key);

    /// A value as it stands in a list.
    static QString escaped(QString value);
    bool operator==(const OptionList&) const = default;
};

} // namespace bv
