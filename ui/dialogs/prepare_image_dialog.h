#pragma once

#include "run/image_service.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QRadioButton;
class QToolButton;

namespace bv {

class MessageBar;

/// Puts sysbench into an image: shows the Dockerfile, or the commands, and what the engine says meanwhile. Closing it
/// cancels what is being made.
class PrepareImageDialog : public QDialog
{
    Q_OBJECT
public:
    PrepareImageDialog(ImageService& images, const QString& reference, QWidget* parent = nullptr);

    void reject() override;

signals:
    /// The name of the image that has sysbench; the dialog closes.
    void prepared(const QString& reference);

private:
    QLayout* makeChoices();
    QLayout* makeButtons();
    void describe();
    void showText(const ImageService::Preparation& preparation, const QString& text, const bv::Error& error);
    void start();
    void showProgress(const QString& line, double fraction);
    void end(const QString& prepared, const bv::Error& error);
    void refresh();

    ImageService& m_images;
    ImageService::Preparation m_wanted;
    QRadioButton* m_build = nullptr;
    QRadioButton* m_commit = nullptr;
    QRadioButton* m_own = nullptr;
    QLineEdit* m_file = nullptr; ///< the user's Dockerfile
    QToolButton* m_browse = nullptr;
    QCheckBox* m_host = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_line = nullptr;
    MessageBar* m_message = nullptr;
    QPushButton* m_start = nullptr;
    QPushButton* m_close = nullptr;
    bool m_possible = false; ///< nothing that was found out speaks against it
    bool m_mine = false;     ///< what is being prepared was asked for here
};

} // namespace bv
