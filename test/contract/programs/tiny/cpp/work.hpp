int mixed(int value, int round);
int total(const int *values, int count);
