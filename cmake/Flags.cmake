# How our own sources are compiled: the target `curfew_flags`, linked by every target through curfew_library(),
# curfew_test() and their like. Libraries of the system are not touched by it.

add_library(curfew_flags INTERFACE)
target_include_directories(curfew_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(curfew_flags INTERFACE _GNU_SOURCE)
target_compile_options(curfew_flags INTERFACE
    # What must not be called (strcpy, atoi, localtime, ...) does not compile.
    "SHELL:-include ${CMAKE_SOURCE_DIR}/base/banned.h"
    -fno-strict-aliasing
    -fno-strict-overflow
    -Wall
    -Wextra
    -Wformat=2
    -Wconversion
    -Wsign-conversion
    -Wshadow
    -Wstrict-prototypes
    -Wmissing-prototypes
    -Wold-style-definition
    -Wwrite-strings
    -Wcast-qual
    -Wpointer-arith
    -Wundef
    -Wvla
    -Wimplicit-fallthrough
    -Wnull-dereference
    -Werror=implicit
    -Werror=int-conversion
    -Werror=incompatible-pointer-types
    -Werror=format-security)

if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(curfew_flags INTERFACE -Wuse-after-free=3 -Wtrampolines -Wbidi-chars=any -Wlogical-op
                                                  -Wduplicated-cond)
endif()

if(CURFEW_WERROR)
    target_compile_options(curfew_flags INTERFACE -Werror)
endif()

if(CURFEW_SANITIZE)
    set(sanitize -fsanitize=${CURFEW_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(curfew_flags INTERFACE ${sanitize})
    target_link_options(curfew_flags INTERFACE ${sanitize})
endif()

if(CURFEW_TEST_KIND STREQUAL "fuzz")
    if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "CURFEW_TEST_KIND=fuzz needs clang, because libFuzzer is a part of it")
    endif()
    target_compile_options(curfew_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(CURFEW_COVERAGE)
    target_compile_options(curfew_flags INTERFACE --coverage)
    target_link_options(curfew_flags INTERFACE --coverage)
endif()

# After the OpenSSF guide for C, as far as gcc 12 knows it. Asserts stay on: they guard against our own mistakes, and a
# process that ends is one that comes back and carries on.
if(CURFEW_HARDEN)
    target_compile_options(curfew_flags INTERFACE
        # Neither messages nor debug information tell in which folder the program was built.
        -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=
        -U_FORTIFY_SOURCE
        -D_FORTIFY_SOURCE=3
        -fstack-clash-protection
        -fstack-protector-strong
        -fcf-protection=full
        -ftrivial-auto-var-init=zero
        -fzero-call-used-regs=used-gpr
        -fno-delete-null-pointer-checks
        -fPIE)
    target_link_options(curfew_flags INTERFACE
        -pie
        -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=
        -Wl,-z,relro
        -Wl,-z,now
        -Wl,-z,noexecstack
        -Wl,-z,separate-code
        -Wl,--as-needed
        -Wl,--no-copy-dt-needed-entries)
endif()

set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
