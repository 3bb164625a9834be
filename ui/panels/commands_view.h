#pragma once

#include "base/result.h"
#include "export/command_sheet.h"
#include "services.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QRadioButton;
class QTimer;

namespace bv {

class Caption;

/// The exact commands of the selected target or of the whole plan, to read and to copy. They are made outside of the
/// GUI thread, and only while the view is visible.
class CommandsView : public QWidget
{
    Q_OBJECT
public:
    explicit CommandsView(const Services& services, QWidget* parent = nullptr);

    void setRow(int row);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void makeControls();
    void later();
    void compute();
    void take(int generation, const Result<CommandSheet>& sheet);
    void say(const QString& note, const QString& text);

    Services m_services;
    int m_row = -1;
    int m_generation = 0;
    bool m_stale = true;
    QRadioButton* m_one = nullptr;
    QRadioButton* m_all = nullptr;
    QPushButton* m_copy = nullptr;
    Caption* m_note = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QTimer* m_timer = nullptr;
};

} // namespace bv
