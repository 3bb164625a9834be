#include "pages/live_page.h"

namespace bv {

LivePage::LivePage(const Services&, QWidget* parent)
    : QWidget(parent)
{
}

} // namespace bv
