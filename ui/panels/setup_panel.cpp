#include "panels/setup_panel.h"

namespace bv {

SetupPanel::SetupPanel(const Services&, QWidget* parent)
    : QWidget(parent)
{
}

} // namespace bv
