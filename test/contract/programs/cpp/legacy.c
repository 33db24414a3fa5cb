/* C beside C++: `new` is a name here. */
int legacy_add(int old, int new) { return old + new; }
