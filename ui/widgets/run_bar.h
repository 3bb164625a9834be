#pragma once

#include "services.h"

#include <QWidget>

class QLabel;
class QProgressBar;

namespace bv {

struct SessionProgress;

/// Below the toolbar while a session is on: what is going on in words, how far it is, and how long it will take.
class RunBar : public QWidget
{
    Q_OBJECT
public:
    explicit RunBar(const Services& services, QWidget* parent = nullptr);

    /// What is going on, in words.
    QString words() const;
    /// "12 of 24 · 1 min 2 s left"; empty before anything is known.
    QString figures() const;
    /// 0…100; -1 before anything is known.
    int percent() const { return m_percent; }

    /// Something that is done before the engine begins.
    void showWords(const QString& words);

signals:
    void percentChanged(int percent);

private:
    void showPhase(const QString& words, double fraction);
    void showProgress();
    void setPercent(int percent);

    Services m_services;
    QLabel* m_words;
    QLabel* m_figures;
    QProgressBar* m_bar;
    int m_percent = -1;
};

} // namespace bv
