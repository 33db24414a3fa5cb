// Writes to standard output in one of the ways that a program may, named by its first argument.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(int fd, const char *text) {
  if (write(fd, text, strlen(text)) < 0) exit(9);
}

static void *lines(void *name) {
  char line[64];
  for (int i = 0; i < 1000; i++) {
    snprintf(line, sizeof line, "%s %d\n", (const char *)name, i);
    say(1, line);
  }
  return NULL;
}

static void handle(int number) {
  (void)number;
  say(1, "handler\n");
}

static long write_calls(void) {
  char text[512] = "";
  FILE *file = fopen("/proc/self/io", "r");
  long calls = -1;
  while (file != NULL && fgets(text, sizeof text, file) != NULL) sscanf(text, "syscw: %ld", &calls);
  return calls;
}

int main(int argc, char **argv) {
  const char *way = argc > 1 ? argv[1] : "";
  if (strcmp(way, "many") == 0) {
    lines("line");
    fprintf(stderr, "%ld", write_calls());
  } else if (strcmp(way, "mixed") == 0) {
    say(1, "a");
    say(2, "b");
    say(1, "c");
    say(2, "d");
  } else if (strcmp(way, "fork") == 0) {
    say(1, "parent\n");
    if (fork() == 0) {
      say(1, "child\n");
      _exit(0);
    }
    wait(NULL);
    say(1, "parent again\n");
  } else if (strcmp(way, "spawn") == 0) {
    say(1, "before\n");
    if (system("echo between") != 0) return 8;
    say(1, "after\n");
  } else if (strcmp(way, "exec") == 0) {
    say(1, "before\n");
    execlp("echo", "echo", "after", (char *)NULL);
  } else if (strcmp(way, "_exit") == 0) {
    say(1, "said\n");
    _exit(3);
  } else if (strcmp(way, "abort") == 0) {
    say(1, "said\n");
    abort();
  } else if (strcmp(way, "dup") == 0) {
    say(1, "a");
    int other = dup(1);
    say(1, "b");
    say(other, "c");
    say(1, "d");
  } else if (strcmp(way, "close") == 0) {
    say(1, "said\n");
    close(1);
  } else if (strcmp(way, "stdio") == 0) {
    for (int i = 0; i < 5; i++) {
      printf("printed %d\n", i);
      fflush(stdout);
      say(1, "written\n");
    }
    printf("last\n");
  } else if (strcmp(way, "vector") == 0) {
    struct iovec parts[2] = {{"one ", 4}, {"two\n", 4}};
    say(1, "zero ");
    if (writev(1, parts, 2) != 8) return 8;
  } else if (strcmp(way, "large") == 0) {
    static char block[200000];
    memset(block, 'x', sizeof block);
    say(1, "small ");
    if (write(1, block, sizeof block) != (ssize_t)sizeof block) return 8;
    say(1, " small");
  } else if (strcmp(way, "threads") == 0) {
    pthread_t threads[4];
    static const char *names[4] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, lines, (void *)names[i]);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  } else if (strcmp(way, "signal") == 0) {
    signal(SIGUSR1, handle);
    say(1, "before\n");
    raise(SIGUSR1);
    say(1, "after\n");
  } else if (strcmp(way, "prompt") == 0) {
    char answer[16] = "";
    say(1, "name?\n");
    if (read(0, answer, sizeof answer - 1) <= 0) return 8;
    say(1, answer);
  } else {
    return 7;
  }
  return 0;
}
