a -- rest
/* x */ = 1