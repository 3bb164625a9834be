#include "models/import_model.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// The cells of the preview, and what is written into them.
class TestImportModel : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void showsWhatIsKnown();
    void targetsAreWritten();
    void testsAndParametersAreWritten();
    void repeatsAreWritten();
    void oneBadTextChangesNothing();
    void rowsAreLeftOut();

private:
    QString cell(int row, int column) const { return m_model->index(row, column).data().toString(); }

    std::unique_ptr<ImportModel> m_model;
};

void TestImportModel::init()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"cpu.csv"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("target,cpu_max_prime,repeat,events_per_sec\n"
               "docker,20000,1,1300\ndocker,20000,2,1310\nmystery,20000,1,400\n");
    file.close();
    const auto preview = readImport({file.fileName()});
    QVERIFY(preview);
    QCOMPARE(preview->rows.size(), 3);
    m_model = std::make_unique<ImportModel>();
    m_model->setPreview(*preview);
}

void TestImportModel::showsWhatIsKnown()
{
    const QAbstractItemModelTester tester(m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(m_model->rowCount(), 3);
    QVERIFY(cell(0, ImportModel::Source).contains("cpu.csv"_L1));
    QCOMPARE(cell(0, ImportModel::Target).section(u' ', 0, 0), u"docker"_s);
    QCOMPARE(m_model->index(0, ImportModel::Kind).data(Qt::EditRole).toString(), u"cpu"_s);
    QCOMPARE(m_model->index(1, ImportModel::Parameters).data(Qt::EditRole).toString(), u"cpu_max_prime=20000"_s);
    QCOMPARE(m_model->index(1, ImportModel::Repeat).data(Qt::EditRole).toString(), u"2"_s);
    QVERIFY(cell(0, ImportModel::Figure).contains("1300"_L1));
    QCOMPARE(m_model->includedCount(), 3);
    QCOMPARE(m_model->missingCount(), 1);
    QCOMPARE(m_model->firstMissing(), 2);
    QVERIFY(cell(2, ImportModel::Remark).contains("mystery"_L1));
    QVERIFY(m_model->index(2, 0).data(ImportModel::MissingRole).toBool());
}

void TestImportModel::targetsAreWritten()
{
    QSignalSpy changed(m_model.get(), &ImportModel::contentChanged);
    QVERIFY(m_model->setData(m_model->index(2, ImportModel::Target), u"qemu-tcg-2c-1g"_s));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(m_model->missingCount(), 0);
    QCOMPARE(m_model->preview().rows.at(2).run.arrangement.kind, TargetKind::Qemu);
    QCOMPARE(m_model->preview().rows.at(2).run.arrangement.memoryMib, 1024);
    // A name that tells nothing keeps what was known.
    QVERIFY(m_model->setCells({0, 1}, ImportModel::Target, u"first"_s));
    QCOMPARE(m_model->preview().rows.at(1).run.targetName, u"first"_s);
    QCOMPARE(m_model->preview().rows.at(1).run.arrangement.kind, TargetKind::Docker);
    QVERIFY(m_model->index(2, ImportModel::Target).data(ImportModel::ChoicesRole).toStringList().contains(u"first"_s));
}

void TestImportModel::testsAndParametersAreWritten()
{
    QVERIFY(m_model->setCells({0, 1, 2}, ImportModel::Parameters, u"cpu_max_prime=50000 threads=4"_s));
    QCOMPARE(m_model->preview().rows.at(2).run.record.params,
             (QJsonObject{{u"cpu_max_prime"_s, 50000}, {u"threads"_s, 4}}));
    QVERIFY(m_model->setCells({0}, ImportModel::Kind, u"memory"_s));
    QCOMPARE(m_model->preview().rows.at(0).run.record.test, sysbench::Test::Memory);
    // What was a parameter of the other test is none of this one.
    QVERIFY(m_model->index(0, 0).data(ImportModel::MissingRole).toBool());
    QVERIFY(m_model->setCells({0}, ImportModel::Parameters, QString()));
    QVERIFY(!m_model->index(0, 0).data(ImportModel::MissingRole).toBool());
}

void TestImportModel::repeatsAreWritten()
{
    QVERIFY(m_model->setData(m_model->index(0, ImportModel::Repeat), u"7"_s));
    QCOMPARE(m_model->preview().rows.at(0).run.repeat, 7);
    QVERIFY(m_model->setData(m_model->index(0, ImportModel::Repeat), QString()));
    QVERIFY(!m_model->preview().rows.at(0).run.repeat);
}

void TestImportModel::oneBadTextChangesNothing()
{
    QSignalSpy refused(m_model.get(), &ImportModel::refused);
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    QVERIFY(!m_model->setCells({0, 1}, ImportModel::Kind, u"cpuu"_s));
    QVERIFY(refused.takeFirst().first().toString().contains("cpuu"_L1));
    QVERIFY(!m_model->setCells({0}, ImportModel::Repeat, u"-1"_s));
    QVERIFY(!m_model->setCells({0}, ImportModel::Repeat, u"many"_s));
    QVERIFY(!m_model->setCells({0}, ImportModel::Parameters, u"cpu_max_prime=20000 nonsense"_s));
    QVERIFY(!m_model->setCells({0}, ImportModel::Parameters, u"file_total_size=1G"_s));
    QVERIFY(!m_model->setData(m_model->index(0, ImportModel::Figure), u"1"_s));
    QCOMPARE(refused.size(), 4);
    QCOMPARE(changed.size(), 0);
    QCOMPARE(m_model->preview().rows.at(0).run.record.params, (QJsonObject{{u"cpu_max_prime"_s, 20000}}));
}

void TestImportModel::rowsAreLeftOut()
{
    const QModelIndex third = m_model->index(2, ImportModel::Source);
    QCOMPARE(third.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
    QVERIFY(m_model->setData(third, Qt::Unchecked, Qt::CheckStateRole));
    QCOMPARE(m_model->includedCount(), 2);
    QCOMPARE(m_model->missingCount(), 0);
    QCOMPARE(m_model->firstMissing(), -1);
    m_model->setIncluded({0, 1, 2}, false);
    QCOMPARE(m_model->includedCount(), 0);
}

QTEST_GUILESS_MAIN(TestImportModel)
#include "tst_import_model.moc"
