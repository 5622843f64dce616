module curfew/tests/bench/flood

go 1.22
