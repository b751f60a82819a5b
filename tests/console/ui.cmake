# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of the console's windows. They need no display: Qt's offscreen platform; those with real keys bring Xvfb.
set(ui_environment QT_QPA_PLATFORM=offscreen LANG=C.UTF-8 XDG_CONFIG_HOME=${CMAKE_CURRENT_BINARY_DIR}/config
    XDG_DATA_HOME=${CMAKE_CURRENT_BINARY_DIR}/data DBUS_SESSION_BUS_ADDRESS=disabled:)
foreach(name tst_uilook tst_uidesktop tst_uithread tst_uiconsole)
    signalbox_test(${name} LINK console_ui LABELS ui)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "${ui_environment}")
endforeach()

find_package(Qt6 6.4 REQUIRED COMPONENTS Xml)
signalbox_test(tst_uitexts LINK console_ui Qt6::Xml LABELS ui)
set_tests_properties(tst_uitexts PROPERTIES ENVIRONMENT "${ui_environment}")
target_compile_definitions(tst_uitexts PRIVATE SOURCE_FOLDER="${SIGNALBOX_SOURCE_DIR}"
    LUPDATE="$<TARGET_FILE:Qt6::lupdate>")

# A real server, a real console, real key presses under Xvfb with a window manager; also with the Russian layout.
foreach(layout us ru "us,ru")
    string(REPLACE "," "_" suffix ${layout})
    add_test(NAME ui_keys_${suffix}
        COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/keys.py --server $<TARGET_FILE:signalboxd>
                --console $<TARGET_FILE:signalbox-console> --layout ${layout})
    set_tests_properties(ui_keys_${suffix} PROPERTIES LABELS ui TIMEOUT 180)
endforeach()

# Makes the pictures of docs/images; run by hand.
add_executable(console_shots shots.cpp)
set_target_properties(console_shots PROPERTIES AUTOMOC ON)
target_link_libraries(console_shots PRIVATE console_ui Qt6::Test)
