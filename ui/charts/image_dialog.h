#pragma once

#include "charts/chart_export.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace bv {

/// Asks how large a chart is to be as PNG, and in which theme. Shows what comes out of it.
class ImageDialog : public QDialog
{
    Q_OBJECT
public:
    /// The plot must live as long as the dialog.
    ImageDialog(const Plot& plot, const ExportOptions& options, QWidget* parent = nullptr);
    ExportOptions options() const;

private:
    void refresh();

    const Plot& m_plot;
    QSpinBox* m_width;
    QSpinBox* m_height;
    QComboBox* m_scale;
    QComboBox* m_theme;
    QLabel* m_result;
    QPushButton* m_save = nullptr;
    QLabel* m_preview;
};

} // namespace bv
