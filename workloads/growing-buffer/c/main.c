/* Collects the readings of streams of unknown length and tells how far they lie from their mean. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Gives readings from 0 to 999. Like a file or a socket it does not say how many are to come. */
struct stream {
  uint64_t state;
  uint64_t left;
};

static bool next(struct stream *stream, uint64_t *reading) {
  if (stream->left == 0) return false;
  stream->left--;
  stream->state ^= stream->state << 13;
  stream->state ^= stream->state >> 7;
  stream->state ^= stream->state << 17;
  *reading = (stream->state >> 32) % 1000;
  return true;
}

struct buffer {
  uint64_t *readings;
  size_t count;
  size_t capacity;
};

static void push(struct buffer *buffer, uint64_t reading) {
  if (buffer->count == buffer->capacity) {
    buffer->capacity = buffer->capacity == 0 ? 4 : 2 * buffer->capacity;
    buffer->readings = realloc(buffer->readings, buffer->capacity * sizeof *buffer->readings);
    if (buffer->readings == NULL) exit(1);
  }
  buffer->readings[buffer->count++] = reading;
}

/* The mean distance from the mean, in thousandths of a reading. */
static uint64_t spread(const struct buffer *buffer) {
  uint64_t sum = 0;
  for (size_t i = 0; i < buffer->count; i++) sum += buffer->readings[i];
  uint64_t mean = sum * 1000 / buffer->count;
  uint64_t distances = 0;
  for (size_t i = 0; i < buffer->count; i++) {
    uint64_t reading = buffer->readings[i] * 1000;
    distances += reading > mean ? reading - mean : mean - reading;
  }
  return distances / buffer->count;
}

static uint64_t argument(int argc, char **argv, int position, uint64_t fallback) {
  if (position >= argc) return fallback;
  char *end;
  long long value = strtoll(argv[position], &end, 10);
  if (*end != '\0' || value < 1) {
    fprintf(stderr, "usage: growing-buffer [STREAMS [READINGS]]\n");
    exit(2);
  }
  return (uint64_t)value;
}

int main(int argc, char **argv) {
  uint64_t streams = argument(argc, argv, 1, 6);
  uint64_t least = argument(argc, argv, 2, 5000000);
  for (uint64_t number = 1; number <= streams; number++) {
    struct stream stream = {number * UINT64_C(0x9E3779B9), least + number * least / 100};
    struct buffer buffer = {NULL, 0, 0};
    uint64_t reading;
    while (next(&stream, &reading)) push(&buffer, reading);
    printf("stream %" PRIu64 ": %zu readings, spread %" PRIu64 "\n", number, buffer.count, spread(&buffer));
    free(buffer.readings);
  }
  return 0;
}
