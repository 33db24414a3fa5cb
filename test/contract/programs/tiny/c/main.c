#include <stdio.h>
#include <stdlib.h>

#include "work.h"

int main(void)
{
    for (int round = 0; round < 20; round++) {
        /* Larger each time: malloc asks the system for each block unless it is told to keep what it has. */
        int count = 1000000 + 4096 * round;
        int *values = malloc(count * sizeof *values);
        if (values == NULL) return 1;
        for (int index = 0; index < count; index++) values[index] = mixed(index, round);
        printf("%d\n", total(values, count));
        free(values);
    }
    return 0;
}
