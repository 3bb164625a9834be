#include "pages/results_page.h"

namespace bv {

ResultsPage::ResultsPage(const Services&, QWidget* parent)
    : QWidget(parent)
{
}

} // namespace bv
