#pragma once

#include "analysis/fairness.h"
#include "services.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace bv {

class Caption;
class MessageBar;

/// One thing that is unequal: what, what it does to the result, and a button that mends it.
class FairnessRow : public QWidget
{
    Q_OBJECT
public:
    explicit FairnessRow(QWidget* parent = nullptr);
    void setNote(const analysis::FairnessNote& note);
    const analysis::FairnessNote& note() const { return m_note; }
    QPushButton* button() const { return m_button; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void showMark();

    analysis::FairnessNote m_note;
    QLabel* m_icon;
    QLabel* m_word;
    QLabel* m_sentence;
    Caption* m_effect;
    Caption* m_mend;
    QPushButton* m_button;
};

/// What makes the targets of the plan unequal, before it is run. Looked for on the pool, a moment after the last edit.
class FairnessPanel : public QWidget
{
    Q_OBJECT
public:
    explicit FairnessPanel(const Services& services, QWidget* parent = nullptr);

    const QList<analysis::FairnessNote>& notes() const { return m_notes; }
    /// "2 notes"; "…" until the first answer.
    QString summary() const;
    /// Of the gravest note: "error", "warning" or nothing.
    QString iconName() const;
    /// The plan as it is now has not been looked at yet.
    bool isBehind() const { return m_timer.isActive() || m_answered != m_asked; }

signals:
    /// notes() are new.
    void notesChanged();

private:
    void makeControls();
    void later();
    void compute();
    void showNotes();
    void mend(const QList<analysis::FairnessNote>& notes);

    Services m_services;
    QTimer m_timer;
    QElapsedTimer m_sinceRun; ///< what was measured here is no other work
    QList<analysis::FairnessNote> m_notes;
    QList<analysis::FairnessNote> m_all; ///< what Mend all applies
    Plan m_mended;                       ///< as it was after the last mend
    QList<FairnessRow*> m_rows;
    QPushButton* m_mendAll = nullptr;
    MessageBar* m_undo = nullptr;
    Caption* m_none = nullptr;
    QVBoxLayout* m_list = nullptr;
    int m_asked = 0;
    int m_answered = 0;
    bool m_mending = false;
};

} // namespace bv
