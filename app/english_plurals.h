#pragma once

#include <QTranslator>

namespace bv {

/// English plurals without translation files: of a text with a number ("%n run(s)") it gives "%n run" for one and
/// "%n runs" for any other. Install it before the translators of other languages, which then come first.
class EnglishPlurals : public QTranslator
{
    Q_OBJECT
public:
    using QTranslator::QTranslator;

    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* source, const char* disambiguation, int n) const override;
};

} // namespace bv
