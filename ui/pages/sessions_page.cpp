#include "pages/sessions_page.h"

namespace bv {

SessionsPage::SessionsPage(const Services&, QWidget* parent)
    : QWidget(parent)
{
}

} // namespace bv
