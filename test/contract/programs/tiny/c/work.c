#include "work.h"

int mixed(int value, int round)
{
    if (value % 5 == 0) return value ^ round;
    if (value % 7 == 3) return value >> (round & 7);
    return value & 63;
}

int total(const int *values, int count)
{
    int sum = 0;
    for (int index = 0; index < count; index++) sum += values[index] & 1023;
    return sum;
}
