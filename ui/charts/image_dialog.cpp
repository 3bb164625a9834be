#include "charts/image_dialog.h"

#include "style/metrics.h"
#include "widgets/card.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

QSpinBox* sizeBox(const QString& name, const QString& accessibleName, int value, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(accessibleName);
    box->setRange(smallestExport, largestExport);
    box->setSingleStep(50);
    box->setValue(value);
    return box;
}

} // namespace

ImageDialog::ImageDialog(const Plot& plot, const ExportOptions& options, QWidget* parent)
    : QDialog(parent)
    , m_plot(plot)
    , m_width(sizeBox(u"exportWidth"_s, tr("Width in points"), options.size.width(), this))
    , m_height(sizeBox(u"exportHeight"_s, tr("Height in points"), options.size.height(), this))
    , m_scale(new QComboBox(this))
    , m_theme(new QComboBox(this))
    , m_result(new QLabel(this))
    , m_preview(new QLabel(this))
{
    setObjectName(u"exportDialog"_s);
    setWindowTitle(tr("Save chart as PNG"));
    for (int scale = 1; scale <= 4; ++scale)
        m_scale->addItem(tr("%1×").arg(scale), scale);
    m_scale->setCurrentIndex(options.scale - 1);
    m_scale->setObjectName(u"exportScale"_s);
    m_scale->setAccessibleName(tr("Scale"));
    m_theme->addItem(tr("Light, for print"), false);
    m_theme->addItem(tr("Dark"), true);
    m_theme->setCurrentIndex(options.dark ? 1 : 0);
    m_theme->setObjectName(u"exportTheme"_s);
    m_theme->setAccessibleName(tr("Theme"));
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setAccessibleName(tr("Preview of the chart"));
    m_preview->setMinimumSize(360, 200);

    auto* form = new QFormLayout;
    form->setSpacing(gap);
    form->addRow(tr("&Width"), m_width);
    form->addRow(tr("&Height"), m_height);
    form->addRow(tr("&Scale"), m_scale);
    form->addRow(tr("&Theme"), m_theme);
    form->addRow(tr("Result"), m_result);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_save = buttons->addButton(tr("Sa&ve…"), QDialogButtonBox::AcceptRole);
    m_save->setObjectName(u"exportSave"_s);
    m_save->setDefault(true);
    m_result->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(gapLarge);
    layout->addWidget(m_preview, 1);
    layout->addLayout(form);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (QSpinBox* box : {m_width, m_height})
        connect(box, &QSpinBox::valueChanged, this, &ImageDialog::refresh);
    for (QComboBox* box : {m_scale, m_theme})
        connect(box, &QComboBox::currentIndexChanged, this, &ImageDialog::refresh);
    refresh();
}

ExportOptions ImageDialog::options() const
{
    return {QSize(m_width->value(), m_height->value()), m_scale->currentData().toInt(), m_theme->currentData().toBool(),
            true};
}

void ImageDialog::refresh()
{
    ExportOptions chosen = options();
    m_result->setText(exportSizeText(chosen));
    m_save->setEnabled(isExportable(chosen));
    chosen.scale = 1;
    QImage image = chartImage(m_plot, chosen);
    const qreal ratio = devicePixelRatioF();
    image = image.scaled(m_preview->minimumSize() * ratio, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    image.setDevicePixelRatio(ratio);
    m_preview->setPixmap(QPixmap::fromImage(image));
}

} // namespace bv
