#pragma once

#include "panels/target_form.h"

class QPushButton;

namespace bv {

struct Error;
class ImageService;
struct MachineLimits;

/// The settings of a container, with what images there are and fetching one.
class ContainerForm : public TargetForm
{
    Q_OBJECT
public:
    ContainerForm(const MachineLimits& limits, ImageService& images, QWidget* parent);

protected:
    void loaded() override;
    void showEvent(QShowEvent* event) override;

private:
    void addImage();
    void addRest(const MachineLimits& limits);
    void takeImages();
    void pull();
    void openPrepare();
    void pullEnded(const QString& reference, const bv::Error& error);
    QString typedImage() const;
    QString imageNote() const;

    ImageService& m_images;
    QComboBox* m_image = nullptr;
    Field* m_field = nullptr;
    QPushButton* m_pull = nullptr;
    QPushButton* m_prepare = nullptr;
    QString m_listError;
    QString m_pulling; ///< the reference
    QString m_said;    ///< the last line of the engine, or how it ended
    QString m_saidOf;  ///< of which image
    bool m_failed = false;
    bool m_listed = false;
    bool m_asked = false;
};

} // namespace bv
