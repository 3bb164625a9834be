#!/usr/bin/env bash
# core is usable without a display; ui sees the engine only, never a process, a socket or a coroutine.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

mapfile -t core < <(files 'core/*.cpp' 'core/*.h')
mapfile -t core_build < <(files 'core/CMakeLists.txt' 'core/*.cmake')
mapfile -t ui < <(files 'ui/*.cpp' 'ui/*.h')

modules='Gui|Widgets|Charts|Svg|SvgWidgets|PrintSupport|OpenGL|OpenGLWidgets|Quick|Qml'
classes='(Gui)?Application|Widget|MainWindow|Dialog|Window|Screen|Painter|PainterPath|Pixmap|Image|Icon|Color|Pen|Brush|Font'
classes+='|FontMetrics|Palette|Clipboard|KeySequence|Action|TextDocument|Chart|ChartView|[A-Za-z]*Series|SvgGenerator|Printer|PdfWriter'
include='#[[:space:]]*include[[:space:]]*'

report "core must do without a display; move this to ui, or use a value of Qt Core" \
    < <(find_text "$include<(Qt($modules)[/>]|Q($classes)>)" "${core[@]}")
report "core must not know the program above it; hand in a value or a signal instead" \
    < <(find_text "$include\"(\.\./)*(ui|app|tests)/" "${core[@]}")
report "bv_core links Qt Core, Network, Concurrent and Sql only" \
    < <(find_text "Qt6?::($modules)([^A-Za-z]|$)" "${core_build[@]}")
report "ui talks to the engine only (run/); no processes, sockets or coroutines here" \
    < <(find_text "$include(<(Qt(Network|Core)/)?(QProcess|Q[A-Za-z]*Socket|Q[A-Za-z]*Server|QNetwork[A-Za-z]*|QCoro[A-Za-z]*)>|<(QCoro|QtNetwork|qcoro[a-z]*)[/>]|<(coroutine|sys/socket\.h)>|\"(async|process|target)/)" "${ui[@]}")
report "ui must not suspend; let the engine do it and connect to its signal" \
    < <(find_code '\<co_(await|return|yield)\>' "${ui[@]}")
