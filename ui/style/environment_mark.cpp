#include "style/environment_mark.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using State = EnvironmentItem::State;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::EnvironmentMark)
};

} // namespace

StateMark markOf(State state, const Theme& theme)
{
    switch (state) {
    case State::Ok:
        return {u"ok"_s, theme.good};
    case State::Warning:
        return {u"warning"_s, theme.warning};
    case State::Missing:
        break;
    }
    return {u"error"_s, theme.bad};
}

QString environmentStateText(State state)
{
    switch (state) {
    case State::Ok:
        return Text::tr("ok");
    case State::Warning:
        return Text::tr("works with a limit");
    case State::Missing:
        break;
    }
    return Text::tr("missing");
}

} // namespace bv
