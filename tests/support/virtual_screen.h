#pragma once

#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QtEndian>
#include <QTest>
#include <array>
#include <csignal>
#include <cstring>
#include <sys/prctl.h>

namespace bv::e2e {

using namespace Qt::StringLiterals;

/// An X server of the test's own, without a window manager, and a user who sits before it: mouse, keys, eyes.
class VirtualScreen
{
public:
    /// What is wrong; empty when it runs.
    QString start(const QSize& size)
    {
        m_server.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_server.start(u"Xvfb"_s, {u"-displayfd"_s, u"1"_s, u"-screen"_s, u"0"_s,
                                   u"%1x%2x24"_s.arg(size.width()).arg(size.height()), u"-nolisten"_s, u"tcp"_s,
                                   u"-noreset"_s, u"-fbdir"_s, m_folder.path()});
        if (!m_server.waitForStarted())
            return u"This test needs a virtual display, and Xvfb cannot be started: install the package xvfb. (%1)"_s
                .arg(m_server.errorString());
        QElapsedTimer clock;
        clock.start();
        QByteArray said;
        while (!said.endsWith('\n') && m_server.state() != QProcess::NotRunning && clock.elapsed() < startMs) {
            m_server.waitForReadyRead(100);
            said += m_server.readAllStandardOutput();
        }
        bool isNumber = false;
        const int number = said.trimmed().toInt(&isNumber);
        if (!isNumber)
            return u"Xvfb named no display: "_s + QString::fromUtf8(m_server.readAllStandardError());
        m_display = u":%1"_s.arg(number);
        if (!user({u"getmouselocation"_s}))
            return u"This test moves the mouse with xdotool, which did not work: install the package xdotool. (%1)"_s
                .arg(QString::fromUtf8(m_said));
        return {};
    }
    ~VirtualScreen()
    {
        m_server.terminate();
        if (!m_server.waitForFinished(5000))
            m_server.kill();
        m_server.waitForFinished(5000);
    }

    QString display() const { return m_display; }

    /// One xdotool command; false when it failed. What it printed is in `said()`.
    bool user(const QStringList& command)
    {
        QProcess tool;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"DISPLAY"_s, m_display);
        environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s); // for the names of windows
        tool.setProcessEnvironment(environment);
        tool.setProcessChannelMode(QProcess::MergedChannels);
        tool.start(u"xdotool"_s, command);
        const bool ended = tool.waitForFinished(toolMs);
        if (!ended) {
            tool.kill();
            tool.waitForFinished(toolMs);
        }
        m_said = tool.error() == QProcess::FailedToStart ? tool.errorString().toUtf8() : tool.readAll().trimmed();
        return ended && tool.exitStatus() == QProcess::NormalExit && tool.exitCode() == 0;
    }
    QString said() const { return QString::fromUtf8(m_said); }

    /// The window whose title that expression describes; empty when there is none that can be seen.
    QString window(const QString& title)
    {
        if (!user({u"search"_s, u"--onlyvisible"_s, u"--name"_s, title}))
            return {};
        return said().section(u'\n', -1);
    }
    QString title(const QString& window) { return user({u"getwindowname"_s, window}) ? said() : QString(); }
    /// Gives it the keys, as a window manager would, and waits until it has them.
    bool focus(const QString& window)
    {
        return QTest::qWaitFor(
            [&] {
                return user({u"windowfocus"_s, window}) && user({u"getwindowfocus"_s, u"-f"_s}) && said() == window;
            },
            toolMs);
    }
    bool click(const QPoint& at)
    {
        return user({u"mousemove"_s, QString::number(at.x()), QString::number(at.y()), u"click"_s, u"1"_s});
    }
    bool press(const QStringList& keys)
    {
        return user(QStringList{u"key"_s, u"--clearmodifiers"_s, u"--delay"_s, u"40"_s} + keys);
    }
    bool type(const QString& text) { return user({u"type"_s, u"--clearmodifiers"_s, u"--delay"_s, u"15"_s, text}); }
    /// With the button down, in steps, as a hand does.
    bool drag(const QPoint& from, const QPoint& to)
    {
        constexpr int steps = 12;
        QStringList hand{u"mousemove"_s, QString::number(from.x()), QString::number(from.y()), u"mousedown"_s, u"1"_s};
        for (int i = 1; i <= steps; ++i) {
            const QPoint at = from + (to - from) * i / steps;
            hand << u"sleep"_s << u"0.05"_s << u"mousemove"_s << QString::number(at.x()) << QString::number(at.y());
        }
        return user(hand + QStringList{u"sleep"_s, u"0.2"_s, u"mouseup"_s, u"1"_s});
    }

    /// What is on the screen.
    QImage picture() const
    {
        // Xvfb keeps it in a file of the format of xwd: a header of big-endian words, colours, then the pixels.
        QFile file(m_folder.filePath(u"Xvfb_screen0"_s));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        const QByteArray content = file.readAll();
        std::array<quint32, 25> header{};
        if (content.size() < static_cast<qsizetype>(sizeof(header)))
            return {};
        std::memcpy(header.data(), content.constData(), sizeof(header));
        const auto word = [&header](std::size_t index) { return static_cast<int>(qFromBigEndian(header[index])); };
        const QSize size(word(4), word(5));
        const int bytesPerLine = word(12);
        const qsizetype begin = word(0) + 12LL * word(19);
        if (word(11) != 32 || content.size() < begin + static_cast<qsizetype>(bytesPerLine) * size.height())
            return {};
        const auto* pixels = reinterpret_cast<const uchar*>(content.constData() + begin);
        return QImage(pixels, size.width(), size.height(), bytesPerLine, QImage::Format_RGB32).copy();
    }

private:
    static constexpr int startMs = 20'000;
    static constexpr int toolMs = 10'000;

    QTemporaryDir m_folder;
    QProcess m_server;
    QString m_display;
    QByteArray m_said;
};

} // namespace bv::e2e
