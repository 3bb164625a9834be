#include "panels/container_form.h"

#include "dialogs/prepare_image_dialog.h"
#include "models/text.h"
#include "plan/machine_limits.h"
#include "run/image_service.h"
#include "style/icons.h"
#include "widgets/field.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QCompleter>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

QString builtinText()
{
    return ContainerForm::tr("Built-in (same files as the guest)");
}

/// What is known of an image's sysbench.
QString sysbenchNote(const ContainerImage& image)
{
    if (!image.isKnown)
        return {};
    return image.sysbench.isEmpty() ? ContainerForm::tr("no sysbench in it yet: prepare it")
                                    : ContainerForm::tr("sysbench %1").arg(image.sysbench);
}

} // namespace

ContainerForm::ContainerForm(const MachineLimits& limits, ImageService& images, QWidget* parent)
    : TargetForm(parent)
    , m_images(images)
{
    setPrefix(u"container."_s);
    addImage();
    addRest(limits);
    connect(&images, &ImageService::listed, this, &ContainerForm::takeImages);
    connect(&images, &ImageService::listFailed, this, [this](const Error& error) {
        m_listError = error.message;
        loaded();
    });
    connect(&images, &ImageService::pullSaid, this, [this](const QString& line) {
        m_said = line;
        m_saidOf = m_pulling;
        loaded();
    });
    connect(&images, &ImageService::measuringChanged, this, &ContainerForm::loaded);
    connect(&images, &ImageService::pullEnded, this, &ContainerForm::pullEnded);
    takeImages();
}

void ContainerForm::addImage()
{
    m_image = new QComboBox(this);
    m_image->setEditable(true);
    m_image->setInsertPolicy(QComboBox::NoInsert);
    // A list of what contains the text; completing in the line would change what is typed.
    m_image->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_image->completer()->setFilterMode(Qt::MatchContains);
    m_image->addItem(builtinText());
    m_field = add(new Field(tr("&Image"), m_image, u"container.image"_s, this, true), u"image"_s,
                  [this](const TargetSettings& settings) {
                      if (typedImage() == settings.docker.image)
                          return;
                      const bool builtin = settings.docker.image == "builtin"_L1;
                      m_image->setEditText(builtin ? builtinText() : settings.docker.image);
                  });
    connect(m_image, &QComboBox::editTextChanged, this, [this] {
        edit([this](TargetSettings& settings) { settings.docker.image = typedImage(); });
        if (!isLoading())
            loaded();
    });
    m_pull = new QPushButton(tr("Pu&ll"), this);
    m_pull->setObjectName(u"container.pull"_s);
    m_pull->setAutoDefault(false);
    m_field->addBeside(m_pull);
    connect(m_pull, &QPushButton::clicked, this, &ContainerForm::pull);
    m_prepare = new QPushButton(tr("Prep&are…"), this);
    m_prepare->setObjectName(u"container.prepare"_s);
    m_prepare->setAutoDefault(false);
    m_prepare->setAccessibleName(tr("Prepare the image"));
    m_prepare->setAccessibleDescription(tr("Makes an image of this one with sysbench in it"));
    m_field->addBeside(m_prepare);
    connect(m_prepare, &QPushButton::clicked, this, &ContainerForm::openPrepare);
}

void ContainerForm::addRest(const MachineLimits& limits)
{
    auto* cpus = addNumber(
        tr("&CPUs"), u"cpus"_s, {QString(), 6, 1, false},
        [](const TargetSettings& settings) { return settings.docker.cpus; },
        [](TargetSettings& settings, double value) { settings.docker.cpus = value; });
    cpus->setNote(limits.logicalCpus > 0
                      ? tr("Up to %1 on this machine; fractions such as 0.5 are possible").arg(limits.logicalCpus)
                      : tr("Fractions such as 0.5 are possible"));
    auto* memory = addNumber(
        tr("&Memory"), u"memory_mib"_s, {tr("MiB"), 0, 256, true},
        [](const TargetSettings& settings) { return settings.docker.memoryMib; },
        [](TargetSettings& settings, double value) { settings.docker.memoryMib = qRound(value); });
    if (limits.memoryMib > 0)
        memory->setNote(tr("This machine has %1 MiB").arg(limits.memoryMib));
    addChoice(tr("Sto&rage"), u"storage"_s,
              {{u"volume"_s, tr("Volume")}, {u"layer"_s, tr("Container's layer")}, {u"tmpfs"_s, tr("tmpfs (memory)")}},
              [](TargetSettings& settings) -> QString& { return settings.docker.storage; });
}

QString ContainerForm::typedImage() const
{
    const QString text = m_image->currentText().trimmed();
    return text == builtinText() ? u"builtin"_s : text;
}

void ContainerForm::showEvent(QShowEvent* event)
{
    // Once, and not before somebody looks: it asks the container engine.
    if (!m_asked)
        m_images.list();
    m_asked = true;
    TargetForm::showEvent(event);
}

void ContainerForm::takeImages()
{
    m_listed = m_asked;
    m_listError.clear();
    const QSignalBlocker quiet(m_image);
    const QString text = m_image->currentText();
    const int cursor = m_image->lineEdit()->cursorPosition();
    while (m_image->count() > 1)
        m_image->removeItem(m_image->count() - 1);
    for (const ContainerImage& image : m_images.images()) {
        m_image->addItem(image.sysbench.isEmpty() ? QIcon() : icon(u"check"_s), image.reference);
        m_image->setItemData(m_image->count() - 1, sysbenchNote(image), Qt::ToolTipRole);
    }
    if (m_image->currentText() != text)
        m_image->setEditText(text);
    m_image->lineEdit()->setCursorPosition(cursor);
    m_image->view()->setMinimumWidth(m_image->view()->sizeHintForColumn(0));
    loaded();
}

void ContainerForm::pull()
{
    if (m_images.isPulling()) {
        m_images.cancelPull();
        return;
    }
    m_pulling = settings().docker.image;
    m_said = tr("Asking the registry…");
    m_saidOf = m_pulling;
    m_failed = false;
    m_images.pull(m_pulling);
    loaded();
}

void ContainerForm::openPrepare()
{
    auto* dialog = new PrepareImageDialog(m_images, settings().docker.image, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &PrepareImageDialog::prepared, this, [this](const QString& reference) {
        m_image->setEditText(reference);
        m_images.list();
    });
    dialog->open();
}

void ContainerForm::pullEnded(const QString& reference, const Error& error)
{
    m_saidOf = reference;
    m_failed = error.code != Error::Code::Unset && error.code != Error::Code::Cancelled;
    if (error.code == Error::Code::Cancelled)
        m_said = tr("Pulling was cancelled.");
    else
        m_said = m_failed ? error.message : QString();
    m_pulling.clear();
    m_images.list();
    loaded();
}

QString ContainerForm::imageNote() const
{
    const QString image = settings().docker.image;
    if (m_images.isPulling())
        return tr("Pulling %1: %2").arg(m_pulling, m_said);
    if (!m_said.isEmpty() && m_saidOf == image)
        return m_failed ? QString() : m_said;
    if (image == "builtin"_L1 || image.isEmpty())
        return {};
    if (!m_listError.isEmpty())
        return m_listError;
    for (const ContainerImage& local : m_images.images()) {
        if (local.reference == image || local.reference == image + u":latest"_s)
            return QStringList{tr("On this machine: %1, %2").arg(local.size, local.created), sysbenchNote(local)}.join(
                local.isKnown ? u"; "_s : QString());
    }
    return m_listed ? tr("Not on this machine yet: pull it before the run.") : QString();
}

void ContainerForm::loaded()
{
    const QString image = settings().docker.image;
    const bool pulling = m_images.isPulling();
    m_field->setNote(imageNote());
    m_pull->setText(pulling ? tr("Cancel") : tr("Pu&ll"));
    m_pull->setAccessibleName(pulling ? tr("Cancel pulling %1").arg(m_pulling) : tr("Pull the image"));
    const bool measuring = m_images.isMeasuring();
    m_pull->setEnabled(pulling || (!measuring && image != "builtin"_L1 && !image.trimmed().isEmpty()));
    m_pull->setToolTip(measuring && !pulling ? measuringReason() : QString());
    m_pull->setVisible(pulling || image != "builtin"_L1);
    m_prepare->setVisible(image != "builtin"_L1);
    m_prepare->setEnabled(!measuring && !pulling && !image.trimmed().isEmpty() && problemsOf(u"image"_s).isEmpty());
    m_prepare->setToolTip(measuring ? measuringReason() : QString());
    QList<PlanProblem> problems = problemsOf(u"image"_s);
    if (m_failed && m_saidOf == image)
        problems << PlanProblem{PlanProblem::Severity::Error, u"image"_s, m_said};
    m_field->setProblems(problems);
}

} // namespace bv
