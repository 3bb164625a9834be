#pragma once

#include <QLabel>

namespace bv {

/// The word that tells what is played back from what is measured, as charts have it.
class RecordedPill : public QLabel
{
    Q_OBJECT
public:
    explicit RecordedPill(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace bv
