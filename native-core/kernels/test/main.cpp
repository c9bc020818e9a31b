#include "harness.hpp"

int main() { return theratwin::test::runAll(); }
