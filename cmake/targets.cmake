# SPDX-License-Identifier: GPL-3.0-or-later
# What every target of ours has in common.
add_library(signalbox_flags INTERFACE)
target_compile_definitions(signalbox_flags INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_FOREACH QT_USE_QSTRINGBUILDER
    QT_NO_CONTEXTLESS_CONNECT)
target_compile_options(signalbox_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -fno-omit-frame-pointer
    $<$<BOOL:${SIGNALBOX_WERROR}>:-Werror>)
if(SIGNALBOX_SANITIZE)
    # A test's own code goes without UBSan, a third of its compile time; what it tests does not.
    target_compile_options(signalbox_flags INTERFACE
        -fsanitize=${SIGNALBOX_SANITIZE} -fno-sanitize-recover=all
        $<$<BOOL:$<TARGET_PROPERTY:SIGNALBOX_IS_TEST>>:-fno-sanitize=undefined>)
    target_link_options(signalbox_flags INTERFACE -fsanitize=${SIGNALBOX_SANITIZE})
endif()

# One precompiled header for all: halves the time of a build. GCC only; clang wants the same -D everywhere.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_library(signalbox_pch OBJECT ${SIGNALBOX_SOURCE_DIR}/cmake/pch/precompiled.cpp)
    target_link_libraries(signalbox_pch PRIVATE signalbox_flags Qt6::Core)
    target_precompile_headers(signalbox_pch PRIVATE ${SIGNALBOX_SOURCE_DIR}/cmake/pch/precompiled.h)
    target_compile_options(signalbox_flags INTERFACE -fpch-preprocess) # for ccache
endif()
function(signalbox_precompiled target)
    if(TARGET signalbox_pch)
        target_precompile_headers(${target} REUSE_FROM signalbox_pch)
    endif()
endfunction()

# signalbox_library(NAME SOURCES … LINK …): a static library; headers are included relative to its layer's root.
function(signalbox_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    if(SIGNALBOX_UNITY GREATER 0)
        set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${SIGNALBOX_UNITY})
    endif()
    target_include_directories(${name} PUBLIC ${SIGNALBOX_SOURCE_DIR} ${SIGNALBOX_SOURCE_DIR}/server)
    target_link_libraries(${name} PUBLIC signalbox_flags ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK})
    signalbox_precompiled(${name})
endfunction()

# signalbox_test(NAME SOURCES … LINK … [TIMEOUT s] [LABELS …] [RECORD FILE]): one QtTest program, one ctest entry; what it
# says is kept in FILE.
function(signalbox_test name)
    cmake_parse_arguments(arg "" "TIMEOUT;RECORD" "SOURCES;LINK;LABELS" ${ARGN})
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    if(SIGNALBOX_SANITIZE)
        math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 4")
    endif()
    add_executable(${name} ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES SIGNALBOX_IS_TEST ON)
    target_include_directories(${name} PRIVATE ${SIGNALBOX_SOURCE_DIR}/tests)
    target_link_libraries(${name} PRIVATE ${arg_LINK} Qt6::Test)
    signalbox_precompiled(${name})
    # Moc alone: AUTOMOC's scan of a hundred programs takes minutes of a build.
    set(moc ${CMAKE_CURRENT_BINARY_DIR}/moc/${name}.moc)
    list(GET arg_SOURCES 0 source)
    qt6_generate_moc(${source} ${moc} TARGET ${name})
    target_sources(${name} PRIVATE ${moc})
    target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/moc)
    if(arg_RECORD)
        add_test(NAME ${name} COMMAND ${SIGNALBOX_SOURCE_DIR}/tests/contract/record.sh ${arg_RECORD}
            $<TARGET_FILE:${name}>)
    else()
        add_test(NAME ${name} COMMAND ${name})
    endif()
    # What may take long begins first.
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} COST ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()

# signalbox_fuzzer(NAME SOURCES … LINK …): a libFuzzer program; its corpus is tests/fuzz/corpus/NAME.
add_custom_target(fuzzers)
function(signalbox_fuzzer name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LINK})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${name})
endfunction()
