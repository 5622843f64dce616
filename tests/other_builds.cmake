# Read by ctest, not by cmake: adds the tests of the builds named in CURFEW_TEST_BUILDS, so that one run and one summary
# cover them all.

foreach(build $ENV{CURFEW_TEST_BUILDS})
    subdirs("${build}")
endforeach()
