#pragma once

#include "plan/machine_limits.h"
#include "plan/paste.h"

#include <QDialog>
#include <QList>
#include <optional>

class QGridLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QTimer;

namespace bv {

class Caption;
class ProblemList;

/// Makes a target of a `qemu-system-…` or `docker run …` line: says of each piece what became of it while the line is
/// typed or pasted. Nothing is run. Open it with open(); target() is what was taken over when it is accepted.
class PasteDialog : public QDialog
{
    Q_OBJECT
public:
    /// Begins with `text`, such as what the clipboard holds.
    PasteDialog(const MachineLimits& limits, const QString& text, QWidget* parent = nullptr);

    TargetSettings target() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void read();
    void showParts();
    void paintParts();

    MachineLimits m_limits;
    QPlainTextEdit* m_text;
    QTimer* m_later;
    QLabel* m_title;
    Caption* m_error;
    ProblemList* m_problems;
    QScrollArea* m_area;
    QWidget* m_parts = nullptr;
    QPushButton* m_add = nullptr;
    std::optional<PastedTarget> m_pasted;
};

} // namespace bv
