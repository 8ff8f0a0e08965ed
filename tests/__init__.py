"""The tests: a package, or else one of this name that a distribution installs (spylls does) would be found first."""
