#pragma once

#include <QLineEdit>

namespace bv {

/// A line to search or filter with: Esc empties it (and only then is anything else's Esc), Down goes on to what is
/// filtered.
class FilterLine : public QLineEdit
{
    Q_OBJECT
public:
    explicit FilterLine(const QString& placeholder, QWidget* parent = nullptr);
    /// Ctrl+F anywhere in `page` comes here.
    void reachFrom(QWidget* page);

signals:
    /// Down was pressed.
    void leftDown();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

/// The button that empties a line has a picture only; gives it a name for those who do not see it.
void nameClearButton(QLineEdit* line);

} // namespace bv
