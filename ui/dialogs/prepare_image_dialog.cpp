#include "dialogs/prepare_image_dialog.h"

#include "models/text.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"

#include <QCheckBox>
#include <QFontDatabase>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr QSize usualSize(720, 500);
constexpr int fullBar = 100;

} // namespace

PrepareImageDialog::PrepareImageDialog(ImageService& images, const QString& reference, QWidget* parent)
    : QDialog(parent)
    , m_images(images)
{
    m_wanted.reference = reference;
    setObjectName(u"prepareImageDialog"_s);
    setWindowTitle(tr("Prepare image"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    auto* intro = new QLabel(
        tr("%1 gets sysbench from its own packages. What comes out is an image of its own; %1 stays as it is.")
            .arg(reference),
        this);
    intro->setTextFormat(Qt::PlainText);
    intro->setWordWrap(true);
    layout->addWidget(intro);
    layout->addLayout(makeChoices());
    m_text = new QPlainTextEdit(this);
    m_text->setObjectName(u"prepare.text"_s);
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    layout->addWidget(m_text, 1);
    m_bar = new QProgressBar(this);
    m_bar->setAccessibleName(tr("How far it is"));
    m_line = new QLabel(this);
    m_line->setObjectName(u"prepare.line"_s);
    m_line->setTextFormat(Qt::PlainText);
    m_line->setWordWrap(true);
    layout->addWidget(m_bar);
    layout->addWidget(m_line);
    m_message = new MessageBar(this);
    layout->addWidget(m_message);
    layout->addLayout(makeButtons());
    resize(usualSize);
    connect(&images, &ImageService::described, this, &PrepareImageDialog::showText);
    connect(&images, &ImageService::prepareSaid, this, &PrepareImageDialog::showProgress);
    connect(&images, &ImageService::prepareEnded, this, &PrepareImageDialog::end);
    connect(&images, &ImageService::measuringChanged, this, &PrepareImageDialog::refresh);
    describe();
}

QLayout* PrepareImageDialog::makeChoices()
{
    auto* choices = new QVBoxLayout;
    choices->setSpacing(gapSmall);
    m_build = new QRadioButton(tr("&Build a Dockerfile"), this);
    m_build->setObjectName(u"prepare.build"_s);
    m_build->setChecked(true);
    m_commit = new QRadioButton(tr("&Run, install and commit"), this);
    m_commit->setObjectName(u"prepare.commit"_s);
    m_own = new QRadioButton(tr("Build a &Dockerfile of yours"), this);
    m_own->setObjectName(u"prepare.own"_s);
    m_file = new QLineEdit(this);
    m_file->setObjectName(u"prepare.file"_s);
    m_file->setAccessibleName(tr("Path of your Dockerfile"));
    m_file->setPlaceholderText(tr("its ARG BASE is the image"));
    m_browse = new QToolButton(this);
    m_browse->setObjectName(u"prepare.browse"_s);
    m_browse->setIcon(icon(u"open"_s));
    m_browse->setToolTip(tr("Choose a Dockerfile"));
    m_browse->setAccessibleName(m_browse->toolTip());
    m_host = new QCheckBox(tr("Fetch the packages by this machine's &network"), this);
    m_host->setObjectName(u"prepare.host"_s);
    m_host->setToolTip(tr("Where the engine gives its containers no network of their own (--network host)."));
    choices->addWidget(m_build);
    choices->addWidget(m_commit);
    auto* own = new QHBoxLayout;
    own->setSpacing(gap);
    own->addWidget(m_own);
    own->addWidget(m_file, 1);
    own->addWidget(m_browse);
    choices->addLayout(own);
    choices->addWidget(m_host);
    connect(m_own, &QRadioButton::toggled, this, &PrepareImageDialog::describe);
    connect(m_file, &QLineEdit::textChanged, this, &PrepareImageDialog::describe);
    connect(m_browse, &QToolButton::clicked, this, [this] {
        FileChooser::Question question;
        question.title = tr("Choose a Dockerfile");
        question.name = m_file->text();
        FileChooser::ask(this, question, [this](const QString& path) { m_file->setText(path); });
    });
    connect(m_commit, &QRadioButton::toggled, this, &PrepareImageDialog::describe);
    connect(m_host, &QCheckBox::toggled, this, &PrepareImageDialog::describe);
    return choices;
}

QLayout* PrepareImageDialog::makeButtons()
{
    auto* buttons = new QHBoxLayout;
    m_start = new QPushButton(tr("&Prepare"), this);
    m_start->setObjectName(u"prepare.start"_s);
    m_start->setDefault(true);
    m_close = new QPushButton(tr("&Close"), this);
    m_close->setObjectName(u"prepare.close"_s);
    m_close->setAutoDefault(false);
    buttons->addStretch();
    buttons->addWidget(m_start);
    buttons->addWidget(m_close);
    connect(m_start, &QPushButton::clicked, this, &PrepareImageDialog::start);
    connect(m_close, &QPushButton::clicked, this, [this] {
        if (m_mine)
            m_images.cancelPrepare(); // its end will be told
        else
            reject();
    });
    return buttons;
}

void PrepareImageDialog::describe()
{
    m_wanted.commit = m_commit->isChecked();
    m_wanted.dockerfile = m_own->isChecked() ? m_file->text().trimmed() : QString();
    m_wanted.hostNetwork = m_host->isChecked();
    m_message->dismiss(); // it was about something else
    m_text->setAccessibleName(m_wanted.commit ? tr("Commands") : tr("Dockerfile"));
    m_possible = false;
    m_text->setPlaceholderText(tr("Looking into %1…").arg(m_wanted.reference));
    if (m_own->isChecked() && m_wanted.dockerfile.isEmpty()) {
        m_text->clear();
        m_text->setPlaceholderText(tr("Name your Dockerfile. It begins with ARG BASE and FROM ${BASE}, and installs "
                                      "sysbench."));
    } else {
        m_images.describe(m_wanted);
    }
    refresh();
}

void PrepareImageDialog::showText(const ImageService::Preparation& preparation, const QString& text, const Error& error)
{
    if (!(preparation == m_wanted)) // an answer to an earlier question
        return;
    const bool missing = error.code == Error::Code::NotFound && error.message.contains(m_wanted.reference);
    m_possible = error.code == Error::Code::Unset || missing;
    m_text->setPlainText(text);
    m_text->setPlaceholderText(missing
                                   ? tr("%1 is not on this machine yet: it is fetched first. How sysbench gets into it "
                                        "depends on what is in it.")
                                         .arg(m_wanted.reference)
                                   : QString());
    if (!m_possible)
        m_message->say(MessageBar::Tone::Bad, error.message);
    refresh();
}

void PrepareImageDialog::start()
{
    if (m_images.isPreparing() || m_images.isMeasuring())
        return;
    m_message->dismiss();
    m_mine = true;
    m_images.prepare(m_wanted);
    showProgress(tr("Looking into %1").arg(m_wanted.reference), -1);
    refresh();
}

void PrepareImageDialog::showProgress(const QString& line, double fraction)
{
    if (!m_mine)
        return;
    m_line->setText(line);
    m_bar->setRange(0, fraction < 0 ? 0 : fullBar); // 0 to 0: it moves, and says no figure
    if (fraction >= 0)
        m_bar->setValue(qRound(fraction * fullBar));
}

void PrepareImageDialog::end(const QString& name, const Error& error)
{
    if (!std::exchange(m_mine, false)) {
        refresh();
        return;
    }
    refresh();
    if (error.code == Error::Code::Unset) {
        emit prepared(name);
        accept();
        return;
    }
    const bool cancelled = error.code == Error::Code::Cancelled;
    m_message->say(cancelled ? MessageBar::Tone::Info : MessageBar::Tone::Bad,
                   cancelled ? tr("It was cancelled; nothing is left of it.") : error.message);
    if (!cancelled && !error.detail.isEmpty())
        m_text->setPlainText(error.detail);
}

void PrepareImageDialog::reject()
{
    if (m_mine)
        m_images.cancelPrepare();
    QDialog::reject();
}

void PrepareImageDialog::refresh()
{
    const bool measuring = m_images.isMeasuring();
    m_start->setEnabled(m_possible && !m_images.isPreparing() && !measuring);
    m_start->setToolTip(measuring ? measuringReason() : QString());
    m_close->setText(m_mine ? tr("&Cancel") : tr("&Close"));
    for (QWidget* choice : std::initializer_list<QWidget*>{m_build, m_commit, m_own, m_host})
        choice->setEnabled(!m_mine);
    for (QWidget* part : std::initializer_list<QWidget*>{m_file, m_browse})
        part->setEnabled(!m_mine && m_own->isChecked());
    m_bar->setVisible(m_mine);
    m_line->setVisible(m_mine);
}

} // namespace bv
