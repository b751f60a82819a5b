# SPDX-License-Identifier: GPL-3.0-or-later
# Every library of the project, once. The Debian packages that hold them are in packages.txt.
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network HttpServer Sql)
if(SIGNALBOX_BUILD_TESTS)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Test WebSockets)
endif()
find_package(Boost 1.74 REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(cjose REQUIRED IMPORTED_TARGET cjose)
pkg_check_modules(simdjson REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
# It asks for -D_FILE_OFFSET_BITS=64, which its headers do not need and the precompiled header does not have.
set_property(TARGET PkgConfig::hiredis PROPERTY INTERFACE_COMPILE_OPTIONS "")
