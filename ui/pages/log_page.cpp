#include "pages/log_page.h"

namespace bv {

LogPage::LogPage(const Services&, QWidget* parent)
    : QWidget(parent)
{
}

} // namespace bv
