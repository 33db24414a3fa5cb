#ifndef WORK_H
#define WORK_H
unsigned work_sum(const int *values);
unsigned work_branches(const unsigned *values, unsigned count);
void work_clear(int *values, unsigned count);
void work_blur(const unsigned char *in, unsigned char *out, unsigned count);
#endif
