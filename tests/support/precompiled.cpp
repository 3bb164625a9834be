// Compiled once for each library under test, so that its tests need not read the headers of Qt again each.
