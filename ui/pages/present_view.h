#pragma once

#include "models/present_slides.h"
#include "services.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QStackedWidget;

namespace bv {

class BarChart;
class ChartSet;
class ChartView;
class Plot;
class RecordedPill;
class SessionReplay;
class TimeChart;

/// For the projector, a window of its own: one big chart, the sentence that belongs to it in large type, and keys to go
/// through what was found. The first picture is what is measured or played right now, the others are findings. Type
/// grows with the window. Keys: → and ← (Page Down and Page Up) from finding to finding, Space pauses a replay, + and -
/// change its speed, B blanks the screen, ? shows the keys, Esc leaves. Nothing moves by itself; the chart is drawn
/// anew when data has come, at most four times a second.
class PresentView : public QWidget
{
    Q_OBJECT
public:
    PresentView(const Services& services, SessionReplay& replay, QWidget* parent = nullptr);
    ~PresentView() override;

    /// 0 is what is going on; then the findings.
    qsizetype slide() const { return m_slide; }
    qsizetype slideCount() const { return m_slides.size() + 1; }
    void goTo(qsizetype slide);
    bool isBlank() const;
    bool areKeysShown() const;
    QString sentence() const;
    QString heading() const;
    /// The chart that is seen; none where the sentence stands alone.
    const Plot* plot() const;

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    void makeContent();
    QWidget* makePage(ChartView* view);
    void makeCovers();
    void follow();
    void scaleType();
    void fitSentence();
    void recolour();
    void touch();
    void findOut();
    void takeSlides(const QList<PresentSlide>& slides);
    void refresh();
    void showNow();
    void showFinding(const PresentSlide& slide);
    void showState();

    Services m_services;
    SessionReplay& m_replay;
    ChartSet* m_charts;
    TimeChart* m_time;
    BarChart* m_bars;
    QStackedWidget* m_stack; ///< time chart, bars, nothing
    QLabel* m_heading;
    QLabel* m_state;
    RecordedPill* m_pill;
    QLabel* m_sentence;
    QLabel* m_status;
    QLabel* m_count;
    QWidget* m_blank = nullptr;
    QLabel* m_keys = nullptr;
    QList<PresentSlide> m_slides;
    qsizetype m_slide = 0;
    QString m_phase;        ///< what the engine does beside runs
    bool m_choosing = true; ///< nobody has chosen a slide: a stored session begins with its first finding
    bool m_findingOut = false;
    bool m_findAgain = false;
    QTimer m_redraw;
    QTimer m_find;
};

} // namespace bv
