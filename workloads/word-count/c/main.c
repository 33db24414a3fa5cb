/* Counts the words of the text on stdin, again and again, and prints the most frequent. */
#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
  char *word; /* NULL: the slot is free */
  size_t length;
  uint32_t times;
};

/* Open addressing with linear probing; capacity is a power of two and at least twice the number of words. */
struct counts {
  struct entry *slots;
  size_t capacity, used;
};

static void *checked(void *memory) {
  if (memory == NULL) {
    fprintf(stderr, "word-count: out of memory\n");
    exit(1);
  }
  return memory;
}

static uint64_t hash(const char *word, size_t length) {
  uint64_t value = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < length; i++) value = (value ^ (unsigned char)word[i]) * UINT64_C(1099511628211);
  return value;
}

static struct entry *find(const struct counts *counts, const char *word, size_t length) {
  size_t slot = hash(word, length) & (counts->capacity - 1);
  for (;;) {
    struct entry *entry = &counts->slots[slot];
    if (entry->word == NULL) return entry;
    if (entry->length == length && memcmp(entry->word, word, length) == 0) return entry;
    slot = (slot + 1) & (counts->capacity - 1);
  }
}

static void grow(struct counts *counts) {
  struct counts larger = {.capacity = counts->capacity == 0 ? 16 : counts->capacity * 2, .used = counts->used};
  larger.slots = checked(calloc(larger.capacity, sizeof *larger.slots));
  for (size_t i = 0; i < counts->capacity; i++) {
    const struct entry *entry = &counts->slots[i];
    if (entry->word != NULL) *find(&larger, entry->word, entry->length) = *entry;
  }
  free(counts->slots);
  *counts = larger;
}

static void add(struct counts *counts, const char *word, size_t length) {
  if (counts->used * 2 >= counts->capacity) grow(counts);
  struct entry *entry = find(counts, word, length);
  if (entry->word == NULL) {
    entry->word = checked(malloc(length + 1));
    memcpy(entry->word, word, length);
    entry->word[length] = '\0';
    entry->length = length;
    counts->used++;
  }
  entry->times++;
}

static void clear(struct counts *counts) {
  for (size_t i = 0; i < counts->capacity; i++) free(counts->slots[i].word);
  free(counts->slots);
  *counts = (struct counts){0};
}

/* Counts the words of text from the one at position skip on, without regard to case and punctuation. */
static void count(struct counts *counts, const char *text, size_t size, size_t skip, char *word) {
  size_t position = 0;
  for (size_t i = 0; i < size;) {
    while (i < size && isspace((unsigned char)text[i])) i++;
    size_t start = i;
    while (i < size && !isspace((unsigned char)text[i])) i++;
    size_t end = i;
    if (end == start) return;
    if (position++ < skip) continue;
    while (end > start && (text[end - 1] == '.' || text[end - 1] == ',')) end--;
    for (size_t j = start; j < end; j++) word[j - start] = (char)tolower((unsigned char)text[j]);
    add(counts, word, end - start);
  }
}

/* Folds counts into one number that does not depend on the table's order. */
static uint64_t weigh(const struct counts *counts) {
  uint64_t weight = 0;
  for (size_t i = 0; i < counts->capacity; i++) {
    const struct entry *entry = &counts->slots[i];
    weight += (uint64_t)entry->times * entry->times * entry->length;
  }
  return weight;
}

static int compare(const void *left, const void *right) {
  const struct entry *a = left, *b = right;
  if (a->times != b->times) return a->times > b->times ? -1 : 1;
  return strcmp(a->word, b->word);
}

static void print_most_frequent(const struct counts *counts) {
  struct entry *entries = checked(malloc((counts->used + 1) * sizeof *entries));
  size_t found = 0;
  for (size_t i = 0; i < counts->capacity; i++) {
    if (counts->slots[i].word != NULL) entries[found++] = counts->slots[i];
  }
  qsort(entries, found, sizeof *entries, compare);
  for (size_t i = 0; i < found && i < 10; i++) printf("%" PRIu32 " %s\n", entries[i].times, entries[i].word);
  printf("words %zu\n", found);
  free(entries);
}

static char *read_all(FILE *file, size_t *size) {
  size_t capacity = 1 << 16;
  char *text = checked(malloc(capacity));
  *size = 0;
  for (;;) {
    *size += fread(text + *size, 1, capacity - *size, file);
    if (*size < capacity) return text;
    capacity *= 2;
    text = checked(realloc(text, capacity));
  }
}

int main(int argc, char **argv) {
  long rounds = 40;
  if (argc > 1) {
    char *end;
    rounds = strtol(argv[1], &end, 10);
    if (*end != '\0' || rounds < 1) {
      fprintf(stderr, "usage: word-count [ROUNDS] < TEXT\n");
      return 2;
    }
  }
  size_t size;
  char *text = read_all(stdin, &size);
  char *word = checked(malloc(size + 1));

  uint64_t checksum = UINT64_C(14695981039346656037);
  struct counts counts = {0};
  for (long round = 0; round < rounds; round++) {
    clear(&counts);
    count(&counts, text, size, (size_t)round, word);
    checksum = (checksum ^ weigh(&counts)) * UINT64_C(1099511628211);
  }
  print_most_frequent(&counts);
  printf("checksum %016" PRIx64 "\n", checksum);
  clear(&counts);
  free(word);
  free(text);
  return 0;
}
