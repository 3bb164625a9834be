#include "base/shell_line.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ShellLine)
};

bool isForWindows(const QString& text)
{
    static const QRegularExpression signs(uR"(\^[ \t]*\r?\n|`[ \t]*\r?\n|(^|[\s"'=])[A-Za-z]:\\|\.exe\b)"_s,
                                          QRegularExpression::CaseInsensitiveOption);
    return signs.match(text).hasMatch();
}

class Splitter
{
public:
    explicit Splitter(const QString& text)
        : m_text(text)
        , m_windows(isForWindows(text))
        , m_escape(m_windows ? u'^' : u'\\')
    {
        m_text.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n').replace(QChar(0xa0), u' ');
    }

    Result<QList<ShellCommand>> split()
    {
        while (!atEnd()) {
            const QChar c = m_text.at(m_at);
            if (isEscape(c))
                escape();
            else if (c == u'"' || c == u'\'')
                quotation(c);
            else if (c == u'$' || (c == u'`' && !m_windows) || c == u'%')
                replacement(c);
            else if (c == u'\n')
                newLine();
            else if (c.isSpace())
                endWord(), ++m_at;
            else if (c == u'#' && !m_inWord)
                skipLine();
            else if (u";&|()"_s.contains(c))
                separator(c);
            else if (c == u'<' || c == u'>')
                redirection();
            else
                plain(c);
        }
        endCommand();
        if (m_openQuote)
            return Error(Error::Code::BadInput,
                         Text::tr("A quotation begins with %1 and does not end. Copy the whole command, or put the "
                                  "missing %1 in.")
                             .arg(*m_openQuote));
        return m_commands;
    }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    QChar peek(qsizetype ahead) const { return m_at + ahead < m_text.size() ? m_text.at(m_at + ahead) : QChar(); }
    bool isEscape(QChar c) const { return c == m_escape || (m_windows && c == u'`'); }

    void put(QChar c)
    {
        m_word.text += c;
        m_inWord = true;
    }

    void plain(QChar c)
    {
        if (c == u'~' && !m_inWord && !m_windows)
            m_word.isReplaced = true;
        put(c);
        ++m_at;
    }

    /// At the end of a line it continues it; blanks that were copied after it do no harm.
    void escape()
    {
        qsizetype next = m_at + 1;
        while (next < m_text.size() && (m_text.at(next) == u' ' || m_text.at(next) == u'\t'))
            ++next;
        if (next >= m_text.size() || m_text.at(next) == u'\n') {
            m_at = next + 1;
            const QChar after = peek(0);
            if (after.isSpace() || after == u'-')
                endWord();
            return;
        }
        put(m_text.at(m_at + 1));
        m_at += 2;
    }

    void quotation(QChar quote)
    {
        m_inWord = true;
        ++m_at;
        while (!atEnd() && m_text.at(m_at) != quote) {
            const QChar c = m_text.at(m_at);
            if (quote == u'"' && c == u'\\' && !m_windows && u"\\\"$`\n"_s.contains(peek(1))) {
                if (peek(1) != u'\n')
                    put(peek(1));
                m_at += 2;
                continue;
            }
            const bool replaced = quote == u'"' && (c == u'$' || (c == u'`' && !m_windows));
            m_word.isReplaced = m_word.isReplaced || replaced;
            put(c);
            ++m_at;
        }
        if (atEnd())
            m_openQuote = quote;
        ++m_at;
    }

    /// What a shell would put in stays as it is written; that of $(…) and `…` may hold blanks.
    void replacement(QChar c)
    {
        if (c == u'%') {
            static const QRegularExpression variable(u"%[A-Za-z_]\\w*%"_s);
            m_word.isReplaced =
                m_word.isReplaced || (m_windows && variable
                                                       .match(m_text, m_at, QRegularExpression::NormalMatch,
                                                              QRegularExpression::AnchorAtOffsetMatchOption)
                                                       .hasMatch());
            plain(c);
            return;
        }
        const bool named = peek(1).isLetterOrNumber() || u"_({?@*#$!"_s.contains(peek(1));
        if (c == u'$' && !named) {
            plain(c);
            return;
        }
        m_word.isReplaced = true;
        const bool nested = c == u'$' && peek(1) == u'(';
        plain(c);
        if (!nested && c == u'$')
            return;
        int depth = 0;
        while (!atEnd()) {
            const QChar inner = m_text.at(m_at);
            put(inner);
            ++m_at;
            depth += inner == u'(' ? 1 : inner == u')' ? -1 : 0;
            if (nested ? depth == 0 : inner == u'`')
                return;
        }
        m_openQuote = nested ? u'(' : u'`';
    }

    void newLine()
    {
        qsizetype next = m_at;
        while (next < m_text.size() && m_text.at(next).isSpace())
            ++next;
        endWord();
        const bool option = next < m_text.size() && m_text.at(next) == u'-';
        if (!option || m_command.words.isEmpty())
            endCommand();
        m_at = next;
    }

    void skipLine()
    {
        while (!atEnd() && m_text.at(m_at) != u'\n')
            ++m_at;
    }

    void separator(QChar c)
    {
        if (c == u'&' && peek(1) == u'>') { // both outputs
            endWord();
            ++m_at;
            redirection();
            return;
        }
        endCommand();
        ++m_at;
    }

    void redirection()
    {
        const bool numbered =
            m_inWord && !m_word.text.isEmpty() &&
            std::all_of(m_word.text.cbegin(), m_word.text.cend(), [](QChar d) { return d.isDigit(); });
        QString sign = numbered ? m_word.text : QString();
        if (numbered) {
            m_word = {};
            m_inWord = false;
        }
        endWord();
        while (!atEnd() && u"<>&"_s.contains(m_text.at(m_at)))
            sign += m_text.at(m_at++);
        m_redirection = sign;
    }

    void endWord()
    {
        if (!m_inWord)
            return;
        if (m_redirection.isEmpty())
            m_command.words << m_word;
        else
            m_command.redirections << m_redirection + (m_redirection.endsWith(u'&') ? QString() : u" "_s) + m_word.text;
        m_redirection.clear();
        m_word = {};
        m_inWord = false;
    }

    void endCommand()
    {
        endWord();
        if (!m_command.words.isEmpty())
            m_commands << m_command;
        m_command = {};
        m_redirection.clear();
    }

    QString m_text;
    bool m_windows;
    QChar m_escape;
    qsizetype m_at = 0;
    ShellWord m_word;
    bool m_inWord = false;
    QString m_redirection; ///< whose file comes next
    ShellCommand m_command;
    QList<ShellCommand> m_commands;
    std::optional<QChar> m_openQuote;
};

} // namespace

QStringList ShellCommand::texts() const
{
    QStringList list;
    for (const ShellWord& word : words)
        list << word.text;
    return list;
}

Result<QList<ShellCommand>> splitShellText(const QString& text)
{
    return Splitter(text).split();
}

} // namespace bv
