#include "target/qemu/firmware.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtEndian>
#include <QtTest>
#include <algorithm>
#include <memory>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

using Kind = FirmwareImage::Kind;

QByteArray number(quint64 value, int bytes)
{
    QByteArray text;
    for (int i = 0; i < bytes; ++i)
        text += static_cast<char>(value >> (8 * i));
    return text;
}

QByteArray filled(const QByteArray& content, qsizetype size, char fill)
{
    return content + QByteArray(std::max<qsizetype>(0, size - content.size()), fill);
}

/// A volume of the PI specification with one file in it, in whose section the given program lies.
QByteArray volume(const QByteArray& program, bool isTe, bool isVariables = false)
{
    const QByteArray code = QByteArray::fromHex("78e58c8c3d8a1c4f9935896185c32dd3");
    const QByteArray variables = QByteArray::fromHex("8d2bf1ff96768b4ca9852747075b4f50");
    const QByteArray section = number(4 + static_cast<quint64>(program.size()), 3) + (isTe ? '\x12' : '\x10') + program;
    const QByteArray file = QByteArray(18, '\x01') + '\x03' + '\0' +
                            number(24 + static_cast<quint64>(section.size()), 3) + '\xf8' + section;
    constexpr quint16 header = 72;
    constexpr int size = 65536;
    QByteArray head = QByteArray(16, '\0') + (isVariables ? variables : code) + number(size, 8) + "_FVH" +
                      number(0, 4) + number(header, 2) + number(0, 2) + number(0, 4) + number(16, 4) + number(4096, 4) +
                      number(0, 8);
    quint16 sum = 0;
    for (int i = 0; i < header; i += 2)
        sum = static_cast<quint16>(sum + qFromLittleEndian<quint16>(head.constData() + i));
    head.replace(50, 2, number(static_cast<quint16>(-sum), 2));
    return filled(head + file, size, '\xff');
}

QByteArray te(quint16 machine)
{
    return "VZ" + number(machine, 2) + QByteArray(60, '\0');
}

QByteArray pe(quint16 machine)
{
    return "MZ" + QByteArray(58, '\0') + number(64, 4) + QByteArray("PE\0\0", 4) + number(machine, 2) +
           QByteArray(60, '\0');
}

} // namespace

class TestFirmware : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void images_data();
    void images();
    void damagedImages();
    void descriptors();
    void descriptorIsHidden();
    void knownPlaces_data();
    void knownPlaces();
    void nothingInstalled();
    void asTheSettingsAsk_data();
    void asTheSettingsAsk();
    void refusals_data();
    void refusals();
    void wrongByDescriptorOrName();
    void copiesVariables();
    void copyFails();
    void installed_data();
    void installed();
    void installedImages();

private:
    QString write(const QString& path, const QByteArray& content);
    void describe(const QString& path, const QString& code, const QString& vars, const QString& machine,
                  const QString& arch, const QString& features = {});

    std::unique_ptr<QTemporaryDir> m_root;
    FirmwarePlaces m_places;
};

void TestFirmware::init()
{
    m_root = std::make_unique<QTemporaryDir>();
    m_places = {m_root->path(), {u"/usr/share/qemu/firmware"_s, u"/etc/qemu/firmware"_s}, {u"/usr/share/qemu"_s}};
}

QString TestFirmware::write(const QString& path, const QByteArray& content)
{
    const QString full = m_root->path() + path;
    QDir().mkpath(QFileInfo(full).path());
    QFile file(full);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("a file of the test cannot be written");
    return full;
}

void TestFirmware::describe(const QString& path, const QString& code, const QString& vars, const QString& machine,
                            const QString& arch, const QString& features)
{
    const QString text = uR"({"description": "%1", "interface-types": ["uefi"],
        "mapping": {"device": "flash", "executable": {"filename": "%2", "format": "raw"},
                    "nvram-template": {"filename": "%3", "format": "raw"}},
        "targets": [{"architecture": "%4", "machines": ["%5"]}], "features": [%6], "tags": []})"_s.arg(
        path, code, vars, arch, machine, features);
    write(path, text.toUtf8());
}

void TestFirmware::images_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("arch");
    const auto row = [](const char* name, const QByteArray& content, Kind kind, const QString& arch = {}) {
        QTest::newRow(name) << content << int(kind) << arch;
    };
    const QByteArray variables = volume(te(0), true, true);
    row("x86_64, TE", volume(te(0x8664), true), Kind::Code, u"x86_64"_s);
    row("aarch64, PE", volume(pe(0xaa64), false), Kind::Code, u"aarch64"_s);
    row("aarch64 behind a branch", QByteArray(4096, '\x14') + volume(te(0xaa64), true), Kind::Code, u"aarch64"_s);
    row("i386", volume(te(0x014c), true), Kind::Code, u"i386"_s);
    row("arm", volume(te(0x01c2), true), Kind::Code, u"arm"_s);
    row("unknown machine", volume(te(0x1234), true), Kind::Code);
    row("compressed before", volume("lzma", false) + volume(te(0x8664), true), Kind::Code, u"x86_64"_s);
    row("with variables", variables + volume(te(0x8664), true), Kind::Full, u"x86_64"_s);
    row("variables", variables, Kind::Vars);
    row("blank", QByteArray(1024, '\0'), Kind::Blank);
    row("erased", QByteArray(1024, '\xff'), Kind::Blank);
    row("empty", {}, Kind::Unknown);
    row("gzip", QByteArray::fromHex("1f8b0800"), Kind::Packed);
    row("xz", QByteArray::fromHex("fd377a585a0000"), Kind::Packed);
    row("zip", "PK\3\4xxxx", Kind::Packed);
    row("qcow2", QByteArray("QFI\xfb", 4) + QByteArray(100, '\0'), Kind::Qcow2);
    row("ISO", filled({}, 0x8001, '\0') + "CD001" + QByteArray(100, 'x'), Kind::Iso);
    row("EFI program", pe(0xaa64), Kind::Program, u"aarch64"_s);
    row("ELF", "\177ELFxxxx", Kind::Program);
    row("SeaBIOS", filled("SeaBIOS", 131072 - 16, 'x') + QByteArray::fromHex("ea5be000f0") + QByteArray(11, 'x'),
        Kind::Unknown, u"i386"_s);
    row("something", "something", Kind::Unknown);
}

void TestFirmware::images()
{
    QFETCH(QByteArray, content);
    const FirmwareImage image = inspectFirmware(content);
    QTEST(int(image.kind), "kind");
    QTEST(image.arch, "arch");
    QCOMPARE(image.size, content.size());
}

/// Whatever is cut off or changed: no crash, no endless loop.
void TestFirmware::damagedImages()
{
    const QByteArray sound = volume(pe(0xaa64), false) + volume(te(0x8664), true);
    QRandomGenerator random(4);
    for (int i = 0; i < 3000; ++i) {
        QByteArray damaged = sound.left(random.bounded(4) == 0 ? random.bounded(int(sound.size())) : int(sound.size()));
        for (int j = random.bounded(6); j > 0 && !damaged.isEmpty(); --j)
            damaged[random.bounded(std::min<int>(200, int(damaged.size())))] = static_cast<char>(random.bounded(256));
        (void)inspectFirmware(damaged);
    }
}

void TestFirmware::descriptors()
{
    const QString qemu = u"/usr/share/qemu/firmware/"_s;
    for (const char* name : {"/f/secure.fd", "/f/plain.fd", "/f/arm.fd", "/f/vars.fd"})
        write(QString::fromLatin1(name), "x");
    describe(qemu + u"40-enrolled.json"_s, u"/f/secure.fd"_s, u"/f/vars.fd"_s, u"pc-q35-*"_s, u"x86_64"_s,
             u"\"enrolled-keys\""_s);
    describe(qemu + u"50-smm.json"_s, u"/f/secure.fd"_s, u"/f/vars.fd"_s, u"pc-q35-*"_s, u"x86_64"_s,
             u"\"requires-smm\""_s);
    describe(qemu + u"55-gone.json"_s, u"/f/gone.fd"_s, u"/f/vars.fd"_s, u"pc-q35-*"_s, u"x86_64"_s);
    describe(qemu + u"60-plain.json"_s, u"/f/plain.fd"_s, u"/f/vars.fd"_s, u"pc-q35-*"_s, u"x86_64"_s);
    describe(qemu + u"60-arm.json"_s, u"/f/arm.fd"_s, u"/f/vars.fd"_s, u"virt-*"_s, u"aarch64"_s);
    write(qemu + u"10-broken.json"_s, "{");
    const auto q35 = findFirmware(m_places, u"x86_64"_s, u"q35,smm=off"_s);
    QVERIFY2(q35, qPrintable(q35.error().message));
    QCOMPARE(q35->code, m_root->path() + u"/f/plain.fd"_s);
    QCOMPARE(q35->vars, m_root->path() + u"/f/vars.fd"_s);
    QCOMPARE(q35->bios, QString());
    QCOMPARE(q35->description, qemu + u"60-plain.json"_s);
    QVERIFY(!findFirmware(m_places, u"x86_64"_s, u"pc"_s)); // none for i440fx
    const auto virt = findFirmware(m_places, u"aarch64"_s, u"virt,highmem=off"_s);
    QVERIFY(virt);
    QCOMPARE(virt->code, m_root->path() + u"/f/arm.fd"_s);
    QCOMPARE(findFirmware(m_places, u"aarch64"_s, u"virt-7.2"_s)->code, virt->code);
}

/// As docs/interop/firmware.json has it: same names hide, empty files hide only.
void TestFirmware::descriptorIsHidden()
{
    for (const char* name : {"/f/a.fd", "/f/b.fd", "/f/vars.fd"})
        write(QString::fromLatin1(name), "x");
    describe(u"/usr/share/qemu/firmware/50-a.json"_s, u"/f/a.fd"_s, u"/f/vars.fd"_s, u"pc-q35-*"_s, u"x86_64"_s);
    describe(u"/usr/share/qemu/firmware/60-b.json"_s, u"/f/b.fd"_s, u"/f/vars.fd"_s, u"pc-q35-*"_s, u"x86_64"_s);
    QCOMPARE(QFileInfo(findFirmware(m_places, u"x86_64"_s, u"q35"_s)->code).fileName(), u"a.fd"_s);
    write(u"/etc/qemu/firmware/50-a.json"_s, {});
    QCOMPARE(QFileInfo(findFirmware(m_places, u"x86_64"_s, u"q35"_s)->code).fileName(), u"b.fd"_s);
    describe(u"/etc/qemu/firmware/60-b.json"_s, u"/f/a.fd"_s, u"/f/vars.fd"_s, u"pc-q35-*"_s, u"x86_64"_s);
    QCOMPARE(QFileInfo(findFirmware(m_places, u"x86_64"_s, u"q35"_s)->code).fileName(), u"a.fd"_s);
}

void TestFirmware::knownPlaces_data()
{
    QTest::addColumn<QString>("arch");
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<bool>("isFlash");
    const auto row = [](const char* name, const QString& arch, const QStringList& files) {
        QTest::newRow(name) << arch << files << (files.size() == 2);
    };
    row("Debian", u"x86_64"_s, {u"/usr/share/OVMF/OVMF_CODE_4M.fd"_s, u"/usr/share/OVMF/OVMF_VARS_4M.fd"_s});
    row("Debian 11", u"x86_64"_s, {u"/usr/share/OVMF/OVMF_CODE.fd"_s, u"/usr/share/OVMF/OVMF_VARS.fd"_s});
    row("Fedora", u"x86_64"_s, {u"/usr/share/edk2/ovmf/OVMF_CODE.fd"_s, u"/usr/share/edk2/ovmf/OVMF_VARS.fd"_s});
    row("Arch", u"x86_64"_s, {u"/usr/share/edk2/x64/OVMF_CODE.4m.fd"_s, u"/usr/share/edk2/x64/OVMF_VARS.4m.fd"_s});
    row("QEMU", u"x86_64"_s, {u"/usr/share/qemu/edk2-x86_64-code.fd"_s, u"/usr/share/qemu/edk2-i386-vars.fd"_s});
    row("one image", u"x86_64"_s, {u"/usr/share/ovmf/OVMF.fd"_s});
    row("Debian, aarch64", u"aarch64"_s, {u"/usr/share/AAVMF/AAVMF_CODE.fd"_s, u"/usr/share/AAVMF/AAVMF_VARS.fd"_s});
    row("Fedora, aarch64", u"aarch64"_s,
        {u"/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw"_s, u"/usr/share/edk2/aarch64/vars-template-pflash.raw"_s});
    row("Arch, aarch64", u"aarch64"_s,
        {u"/usr/share/edk2/aarch64/QEMU_CODE.fd"_s, u"/usr/share/edk2/aarch64/QEMU_VARS.fd"_s});
    row("QEMU, aarch64", u"aarch64"_s,
        {u"/usr/share/qemu/edk2-aarch64-code.fd"_s, u"/usr/share/qemu/edk2-arm-vars.fd"_s});
    row("one image, aarch64", u"aarch64"_s, {u"/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"_s});
}

void TestFirmware::knownPlaces()
{
    QFETCH(QString, arch);
    QFETCH(QStringList, files);
    QFETCH(bool, isFlash);
    for (const QString& file : files)
        write(file, "x");
    const QString machine = arch == u"aarch64"_s ? u"virt"_s : u"q35"_s;
    const auto found = findFirmware(m_places, arch, machine);
    QVERIFY2(found, qPrintable(found.error().message));
    QCOMPARE(isFlash ? found->code : found->bios, m_root->path() + files[0]);
    QCOMPARE(found->vars, isFlash ? m_root->path() + files[1] : QString());
    QVERIFY(!findFirmware(m_places, arch == u"aarch64"_s ? u"x86_64"_s : u"aarch64"_s, machine));
}

void TestFirmware::nothingInstalled()
{
    const auto found = findFirmware(m_places, u"aarch64"_s, u"virt"_s);
    QVERIFY(!found);
    QCOMPARE(found.error().code, Error::Code::NotFound);
    QVERIFY(found.error().message.contains(u"sudo apt install qemu-efi-aarch64"_s));
    QVERIFY(findFirmware(m_places, u"x86_64"_s, u"q35"_s).error().message.contains(u"sudo apt install ovmf"_s));
}

void TestFirmware::asTheSettingsAsk_data()
{
    QTest::addColumn<QString>("guest");
    QTest::addColumn<QString>("arch");
    QTest::addColumn<QString>("firmware");
    QTest::addColumn<QString>("attach");
    QTest::addColumn<QString>("code"); // file names
    QTest::addColumn<QString>("bios");
    const auto row = [](const char* name, const char* guest, const char* arch, const QString& firmware,
                        const QString& attach, const QString& code, const QString& bios) {
        QTest::newRow(name) << QString::fromLatin1(guest) << QString::fromLatin1(arch) << firmware << attach << code
                            << bios;
    };
    row("built-in", "builtin", "x86_64", {}, {}, {}, {});
    row("built-in, aarch64", "builtin", "aarch64", {}, {}, {}, {});
    row("built-in under EFI", "builtin", "x86_64", u"uefi"_s, {}, u"OVMF_CODE_4M.fd"_s, {});
    row("PC", "disk", "x86_64", {}, {}, {}, {});
    row("PC, BIOS", "disk", "x86_64", u"bios"_s, {}, {}, {});
    row("PC, found", "disk", "x86_64", u"auto"_s, {}, u"OVMF_CODE_4M.fd"_s, {});
    row("PC, one image", "disk", "x86_64", u"uefi"_s, u"bios"_s, {}, u"OVMF.fd"_s);
    row("aarch64", "iso", "aarch64", {}, {}, u"AAVMF_CODE.fd"_s, {});
    row("aarch64, one image", "iso", "aarch64", {}, u"bios"_s, {}, u"QEMU_EFI.fd"_s);
    row("code", "disk", "x86_64", u"/usr/share/OVMF/OVMF_CODE_4M.fd"_s, {}, u"OVMF_CODE_4M.fd"_s, {});
    row("code as -bios", "disk", "x86_64", u"/usr/share/OVMF/OVMF_CODE_4M.fd"_s, u"bios"_s, {}, u"OVMF_CODE_4M.fd"_s);
    row("whole image", "disk", "x86_64", u"/usr/share/ovmf/OVMF.fd"_s, {}, {}, u"OVMF.fd"_s);
    row("report", "iso", "aarch64", u"/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"_s, {}, {}, u"QEMU_EFI.fd"_s);
    row("padded", "iso", "aarch64", u"/usr/share/AAVMF/AAVMF_CODE.fd"_s, {}, u"AAVMF_CODE.fd"_s, {});
    row("name in QEMU's folder", "iso", "aarch64", u"efi.fd"_s, {}, {}, u"efi.fd"_s);
}

void TestFirmware::asTheSettingsAsk()
{
    QFETCH(QString, firmware);
    const QByteArray arm = volume(te(0xaa64), true);
    const QByteArray pc = volume(te(0x8664), true);
    write(u"/usr/share/OVMF/OVMF_CODE_4M.fd"_s, pc);
    write(u"/usr/share/OVMF/OVMF_VARS_4M.fd"_s, volume(te(0), true, true));
    write(u"/usr/share/ovmf/OVMF.fd"_s, volume(te(0), true, true) + pc);
    write(u"/usr/share/AAVMF/AAVMF_CODE.fd"_s, arm);
    write(u"/usr/share/AAVMF/AAVMF_VARS.fd"_s, "x");
    write(u"/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"_s, arm);
    write(u"/usr/share/qemu/efi.fd"_s, arm);
    QVERIFY(QFile(m_root->path() + u"/usr/share/AAVMF/AAVMF_CODE.fd"_s).resize(64 * 1024 * 1024));
    QemuSettings vm;
    vm.guest = *static_cast<QString*>(QTest::qData("guest", QMetaType::QString));
    vm.arch = *static_cast<QString*>(QTest::qData("arch", QMetaType::QString));
    vm.machine = defaultMachine(vm.arch);
    vm.firmware = firmware.startsWith(u'/') ? m_root->path() + firmware : firmware;
    vm.firmwareAttach = *static_cast<QString*>(QTest::qData("attach", QMetaType::QString));
    const auto files = resolveFirmware(vm, m_places);
    QVERIFY2(files, qPrintable(files.error().message));
    QTEST(QFileInfo(files->code).fileName(), "code");
    QTEST(QFileInfo(files->bios).fileName(), "bios");
    QCOMPARE(files->vars.isEmpty(), files->code.isEmpty());
}

void TestFirmware::refusals_data()
{
    QTest::addColumn<QString>("arch");
    QTest::addColumn<QString>("attach");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("why"); // part of the message
    const auto row = [](const char* name, const QString& arch, const QString& attach, const QByteArray& content,
                        const QString& why) { QTest::newRow(name) << arch << attach << content << why; };
    const QByteArray arm = volume(te(0xaa64), true);
    const QByteArray pc = volume(te(0x8664), true);
    row("aarch64 on a PC", u"x86_64"_s, {}, arm,
        u" is firmware for aarch64, but the VM is x86_64. Choose one for x86_64"_s);
    row("PC on aarch64", u"aarch64"_s, {}, pc, u" is firmware for x86_64, but the VM is aarch64."_s);
    row("32 bits on aarch64", u"aarch64"_s, {}, volume(te(0x01c2), true), u" is firmware for arm, but the VM"_s);
    row("SeaBIOS on aarch64", u"aarch64"_s, {},
        filled({}, 131072 - 16, 'x') + QByteArray::fromHex("ea5be000f0") + QByteArray(11, 'x'),
        u" is firmware for x86_64, but"_s);
    row("packed", u"x86_64"_s, {}, QByteArray::fromHex("1f8b0800"), u" is packed. Unpack it first"_s);
    row("ISO", u"x86_64"_s, {}, filled({}, 0x8001, '\0') + "CD001", u" is a CD image, not firmware."_s);
    row("program", u"aarch64"_s, {}, pe(0xaa64), u" is a program, not firmware."_s);
    row("variables", u"x86_64"_s, {}, volume(te(0), true, true), u" holds the variables of EFI, not its code."_s);
    row("blank", u"x86_64"_s, {}, QByteArray(65536, '\0'), u" is blank."_s);
    row("empty", u"x86_64"_s, {}, {}, u" is empty."_s);
    row("cut off", u"x86_64"_s, {}, "something", u" has 9 bytes; a PC starts only from images of whole 64 KiB"_s);
    row("no flash of aarch64", u"aarch64"_s, u"pflash"_s, arm,
        u" has 65536 bytes; the flash of an aarch64 VM has exactly"_s);
    row("no variables", u"x86_64"_s, u"pflash"_s, pc, u"The variables that belong to "_s);
    row("too large for a PC", u"x86_64"_s, u"pflash"_s, pc + QByteArray(9 * 1024 * 1024, '\xff'),
        u" does not fit the flash of a PC"_s);
}

void TestFirmware::refusals()
{
    QFETCH(QString, arch);
    QFETCH(QString, attach);
    QFETCH(QByteArray, content);
    QFETCH(QString, why);
    QemuSettings vm;
    vm.guest = u"disk"_s;
    vm.arch = arch;
    vm.machine = defaultMachine(arch);
    vm.firmware = write(u"/f/image"_s, content);
    vm.firmwareAttach = attach;
    const auto files = resolveFirmware(vm, m_places);
    QVERIFY(!files);
    QVERIFY2(files.error().message.contains(why), qPrintable(files.error().message));
    QVERIFY(files.error().message.contains(vm.firmware));
    vm.firmware += u"-gone"_s;
    QCOMPARE(resolveFirmware(vm, m_places).error().code, Error::Code::NotFound);
    vm.firmware = m_root->path();
    QCOMPARE(resolveFirmware(vm, m_places).error().code, Error::Code::BadInput);
    vm.arch = u"aarch64"_s;
    vm.firmware = u"bios"_s;
    QVERIFY(resolveFirmware(vm, m_places).error().message.startsWith(u"There is no BIOS for aarch64"_s));
}

/// Where an image does not tell, its descriptor does, or its name.
void TestFirmware::wrongByDescriptorOrName()
{
    const QByteArray qcow2 = QByteArray("QFI\xfb", 4) + QByteArray(65532, '\0');
    QemuSettings vm;
    vm.guest = u"disk"_s;
    vm.firmware = write(u"/f/one.qcow2"_s, qcow2);
    vm.firmwareVars = write(u"/f/vars.qcow2"_s, qcow2);
    const auto files = resolveFirmware(vm, m_places);
    QVERIFY2(files, qPrintable(files.error().message));
    QCOMPARE(files->codeFormat, u"qcow2"_s);
    QCOMPARE(files->varsFormat, u"qcow2"_s);
    describe(u"/etc/qemu/firmware/1.json"_s, u"/f/one.qcow2"_s, u"/f/vars.qcow2"_s, u"virt-*"_s, u"aarch64"_s);
    QVERIFY(resolveFirmware(vm, m_places).error().message.contains(u"is firmware for aarch64"_s));
    vm.firmware = write(u"/f/AAVMF_CODE.qcow2"_s, qcow2);
    QVERIFY(resolveFirmware(vm, m_places).error().message.contains(u"is firmware for aarch64"_s));
}

void TestFirmware::copiesVariables()
{
    FirmwareFiles firmware;
    const QByteArray content = QByteArray(1500 * 1024, 'x') + QByteArray(3 * 1024 * 1024, '\0') + "end";
    firmware.vars = write(u"/vars.fd"_s, content + QByteArray(2 * 1024 * 1024, '\0'));
    const QString copy = m_root->path() + u"/copy.fd"_s;
    QVERIFY(copyFirmwareVariables(firmware, copy));
    QFile file(copy);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QCOMPARE(file.readAll(), content + QByteArray(2 * 1024 * 1024, '\0'));
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    QVERIFY(file.seek(0) && file.putChar('y'));
    file.close();
    QVERIFY(copyFirmwareVariables(firmware, copy)); // which the VM has written to: it stays
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.read(1), "y");
    const QString empty = m_root->path() + u"/empty.fd"_s;
    QVERIFY(copyFirmwareVariables({}, empty));
    QCOMPARE(QFileInfo(empty).size(), 64 * 1024 * 1024);
    QCOMPARE(QDir(m_root->path()).entryList({u"*.partial"_s}).size(), 0);
}

void TestFirmware::copyFails()
{
    FirmwareFiles firmware;
    firmware.vars = m_root->path() + u"/gone"_s;
    const auto copied = copyFirmwareVariables(firmware, m_root->path() + u"/copy"_s);
    QCOMPARE(copied.error().code, Error::Code::NotFound);
    QVERIFY(copied.error().message.contains(firmware.vars));
    QCOMPARE(QDir(m_root->path()).entryList(QDir::Files).size(), 0);
    QCOMPARE(copyFirmwareVariables(firmware, m_root->path() + u"/no/folder/copy"_s).error().code, Error::Code::Io);
}

void TestFirmware::installed_data()
{
    QTest::addColumn<QString>("arch");
    QTest::addColumn<QString>("machine");
    QTest::newRow("q35") << u"x86_64"_s << u"q35"_s;
    QTest::newRow("pc") << u"x86_64"_s << u"pc"_s;
    QTest::newRow("virt") << u"aarch64"_s << u"virt,highmem=off"_s;
}

/// The firmware of this machine's distribution (packages ovmf and qemu-efi-aarch64).
void TestFirmware::installed()
{
    QFETCH(QString, arch);
    QFETCH(QString, machine);
    const FirmwarePlaces places = FirmwarePlaces::ofThisMachine(u"/usr/bin/qemu-system-x86_64"_s);
    const auto found = findFirmware(places, arch, machine);
    QVERIFY2(found, qPrintable(found.error().message));
    QVERIFY(!found->code.isEmpty());
    for (const QString& file : {found->code, found->vars})
        QVERIFY2(QFileInfo(file).isFile(), qPrintable(file));
    const auto image = inspectFirmwareFile(found->code);
    QVERIFY(image);
    QCOMPARE(image->kind, Kind::Code);
    // The first stage of firmware for x86_64 may still be one of 32 bits.
    QCOMPARE(image->arch == u"i386"_s ? u"x86_64"_s : image->arch, arch);
    QemuSettings vm;
    vm.guest = u"disk"_s;
    vm.arch = arch == u"aarch64"_s ? u"x86_64"_s : u"aarch64"_s;
    vm.machine = defaultMachine(vm.arch);
    vm.firmware = found->code;
    const auto wrong = resolveFirmware(vm, places);
    QVERIFY(!wrong);
    QVERIFY(wrong.error().message.contains(u"is firmware for %1, but the VM is %2."_s.arg(arch, vm.arch)));
    vm.arch = arch;
    vm.machine = machine;
    const auto right = resolveFirmware(vm, places);
    QVERIFY2(right, qPrintable(right.error().message));
    QCOMPARE(right->code, found->code);
    QCOMPARE(right->vars, found->vars);
}

void TestFirmware::installedImages()
{
    QemuSettings vm;
    vm.guest = u"disk"_s;
    vm.firmware = u"uefi"_s;
    vm.firmwareAttach = u"bios"_s;
    const FirmwarePlaces places = FirmwarePlaces::ofThisMachine();
    const auto pc = resolveFirmware(vm, places);
    QVERIFY2(pc, qPrintable(pc.error().message));
    const auto image = inspectFirmwareFile(pc->bios);
    QCOMPARE(image->kind, Kind::Full);
    QCOMPARE(image->arch, u"x86_64"_s);
    vm.arch = u"aarch64"_s;
    vm.machine = u"virt"_s;
    const auto arm = resolveFirmware(vm, places);
    QVERIFY2(arm, qPrintable(arm.error().message));
    QCOMPARE(inspectFirmwareFile(arm->bios)->arch, u"aarch64"_s);
}

QTEST_GUILESS_MAIN(TestFirmware)
#include "tst_firmware.moc"
