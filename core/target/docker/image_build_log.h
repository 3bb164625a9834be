#pragma once

#include "base/error.h"

#include <QString>
#include <QStringList>

namespace bv {

/// Reads what `docker build` (with BuildKit and without) and `podman build` say. Pure.
class BuildLog
{
public:
    void take(const QString& line);

    /// 0 to 1, by the steps of the Dockerfile; negative while none has begun.
    double fraction() const;
    /// "Step 3/4: RUN apt-get …"; empty before the first.
    QString step() const;
    /// What the step's command said last, and not the builder.
    QString lastWords() const;
    /// The last lines, newest last.
    QStringList tail() const { return m_tail; }
    /// What a builder that is stopped or fails may leave behind: ids of containers, and of images of single steps that
    /// were made now and not found in the cache. Newest first.
    const QStringList& containers() const { return m_containers; }
    const QStringList& images() const { return m_images; }

private:
    void takeStep(int number, int count, const QString& instruction);

    QStringList m_tail;
    QStringList m_containers;
    QStringList m_images;
    QString m_instruction;
    int m_number = 0;
    int m_count = 0;
    bool m_cached = false;
};

/// Why packages could not be installed, or an image not be built, from what was said; `image` for the sentence.
/// NotReady: no network; NoSpace; NotFound: the package sources have no sysbench. Unset where it is nothing known.
Error explainInstall(const QStringList& said, const QString& image);

} // namespace bv
