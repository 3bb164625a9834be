#pragma once

#include "services.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QTableView;
class QTimer;

namespace bv {

class FilterLine;
class LogFilter;
class LogModel;
class MessageBar;

/// What programs, engine and window said: searched, filtered by who said it and by run, followed to its end until the
/// user scrolls up.
class LogPage : public QWidget
{
    Q_OBJECT
public:
    explicit LogPage(const Services& services, QWidget* parent = nullptr);

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    void makeBar();
    void makeFilters();
    void makeTable();
    void takeLines();
    void takeRuns();
    void offerRuns();
    void chooseSource();
    void chooseRun();
    QString chosenSource() const;
    void setFollowing(bool following);
    void search(bool backwards);
    /// The selected lines as they stand there, or all.
    QString lines(bool all) const;
    void copyLines();
    void saveLines();

    LogModel& m_log;
    LogFilter* m_filter;
    FilterLine* m_search;
    QLabel* m_found;
    QComboBox* m_source;
    QComboBox* m_run;
    QCheckBox* m_follow;
    QTableView* m_table;
    QLabel* m_empty;
    MessageBar* m_message;
    QTimer* m_later; ///< gathers lines that arrive together
    int m_widest = 0;
    int m_looked = 0;     ///< rows from here on have not been measured
    qint64 m_nextRun = 0; ///< runs from here on are not offered yet
    bool m_scrolling = false;
};

} // namespace bv
