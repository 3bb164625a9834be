#pragma once

#include "base/result.h"
#include "report/report_maker.h"
#include "services.h"

#include <QFuture>
#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedLayout;

namespace bv {

class Card;
class MessageBar;
class PagePreview;

/// The document to hand in, as it will be printed; saved as PDF or HTML, and printed. Made when it is looked at, and
/// anew when another session is shown; not while one is measured.
class ReportPage : public QWidget
{
    Q_OBJECT
public:
    explicit ReportPage(const Services& services, QWidget* parent = nullptr);

    bool isMaking() const { return m_maker->isMaking(); }

signals:
    void exported(const QString& path);

protected:
    void showEvent(QShowEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    QWidget* makeBar();
    void makeStale();
    void refresh();
    void take(const std::shared_ptr<const MadeReport>& report);
    void showState(const QString& words);
    void updateButtons();
    void tellPage(qsizetype page);
    void askForFile(const QString& suffix, const QString& filter);
    void report(const QFuture<Result<>>& written, const QString& path);
    void print();
    ReportPaper paper() const;

    Services m_services;
    ReportMaker* m_maker;
    std::shared_ptr<const MadeReport> m_report; ///< of the session that is shown; nothing while it is made
    MessageBar* m_message;
    QComboBox* m_paper = nullptr;
    QPushButton* m_pdf = nullptr;
    QPushButton* m_html = nullptr;
    QPushButton* m_print = nullptr;
    QLabel* m_pageText = nullptr;
    Card* m_empty;
    QLabel* m_words;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    PagePreview* m_preview;
    bool m_stale = true;
};

} // namespace bv
