#include "pages/results_chart.h"

#include "charts/bar_chart.h"
#include "charts/chart_frame.h"
#include "models/session_model.h"
#include "style/metrics.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int findingLines = 4;  ///< the rest is scrolled to
constexpr int leastHeight = 250; ///< legend, axes and bars that can be read

} // namespace

ResultsChart::ResultsChart(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_label(new QLabel(tr("Sho&w:"), this))
    , m_tests(new QComboBox(this))
    , m_chart(new BarChart([&session = services.session](const QString& id, const Theme& theme) {
        return targetLook(session, id, theme);
    }))
    , m_frame(new ChartFrame(m_chart, services.session, this))
    , m_empty(new Card(tr("No results yet"), this))
    , m_findings(new QScrollArea(this))
    , m_sentences(new Caption({}, m_findings))
{
    auto* choice = new QHBoxLayout;
    choice->setSpacing(gap);
    choice->addWidget(m_label);
    choice->addWidget(m_tests);
    choice->addStretch(1);
    m_label->setBuddy(m_tests);
    m_tests->setObjectName(u"resultsTest"_s);
    m_tests->setAccessibleName(tr("Test that the chart shows"));
    m_tests->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    layout->addLayout(choice);
    layout->addWidget(m_frame, 1);
    layout->addWidget(m_findings);
    layout->addWidget(m_empty, 1);
    m_findings->setObjectName(u"resultsFindings"_s);
    m_findings->setAccessibleName(tr("What the chart says"));
    m_findings->setWidget(m_sentences);
    m_findings->setWidgetResizable(true);
    m_findings->setFrameShape(QFrame::NoFrame);
    m_findings->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_findings->setFixedHeight(fontMetrics().lineSpacing() * findingLines);
    m_sentences->label()->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_empty->setObjectName(u"resultsChartEmpty"_s);
    m_empty->body()->addWidget(new Caption(tr("A chart appears here as soon as the first run has ended."), m_empty));
    m_empty->body()->addStretch(1);
    m_frame->addLegend();

    // The splitter keeps the height it gave before there was a chart.
    setMinimumHeight(leastHeight);
    m_later.setSingleShot(true);
    m_later.setInterval(250);
    connect(&m_later, &QTimer::timeout, this, &ResultsChart::refresh);
    connect(m_tests, &QComboBox::currentIndexChanged, this, &ResultsChart::showTest);
    connect(&services.session, &SessionModel::reset, this, &ResultsChart::begin);
    connect(&services.session, &SessionModel::runChanged, this, [this] {
        if (!m_later.isActive())
            m_later.start();
    });
    connect(m_frame, &ChartFrame::exported, this, &ResultsChart::exported);
    connect(m_frame, &ChartFrame::exportFailed, this, &ResultsChart::exportFailed);
    refresh();
}

/// Another session, perhaps of targets with the same ids.
void ResultsChart::begin()
{
    m_chart->barPlot().showAll();
    refresh();
}

void ResultsChart::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale)
        refresh();
}

void ResultsChart::refresh()
{
    m_stale = !isVisible();
    if (m_stale && (m_services.session.isLive() || m_services.session.isRecorded()))
        return; // nobody sees it
    const QString before = m_tests->currentText();
    m_data = barData(m_services.session);
    {
        const QSignalBlocker quiet(m_tests);
        m_tests->clear();
        for (const BarData& test : std::as_const(m_data))
            m_tests->addItem(test.title);
        m_tests->setCurrentIndex(std::max(0, m_tests->findText(before)));
    }
    const bool choice = m_data.size() > 1;
    m_label->setVisible(choice);
    m_tests->setVisible(choice);
    m_frame->setVisible(!m_data.isEmpty());
    m_empty->setVisible(m_data.isEmpty());
    showTest(m_tests->currentIndex());
}

void ResultsChart::showTest(int index)
{
    m_chart->setData(m_data.value(index));
    const QStringList findings = m_data.value(index).findings;
    m_sentences->setText(findings.join(u'\n'));
    m_findings->setVisible(!findings.isEmpty());
    setMinimumHeight(leastHeight + (findings.isEmpty() ? 0 : m_findings->height() + gap));
    m_frame->refreshTitle();
}

} // namespace bv
