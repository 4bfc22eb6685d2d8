// Waits as a C program does, with what the manual pages promise at the corners: a line on standard input
// names one, and a line on standard output says what came of it. It knows nothing of virtual time.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static const struct timespec hour = {3600, 0};

static struct timespec in(clockid_t clock, time_t seconds) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_sec += seconds;
  return time;
}

static const char *name(int error) { return error ? strerrorname_np(error) : "0"; }
static const char *outcome(int result) { return result < 0 ? name(errno) : "0"; }

static void nothing(int number) { (void)number; }

static void handle(int number, int flags) {
  struct sigaction action = {.sa_handler = nothing, .sa_flags = flags};
  sigaction(number, &action, NULL);
}

// --- waits of an hour, whose result is told ------------------------------------------------------

static const char *wait_on(pthread_cond_t *which, clockid_t clock, int by_clock) {
  struct timespec end = in(clock, 3600);
  pthread_mutex_lock(&mutex);
  int error = by_clock ? pthread_cond_clockwait(which, &mutex, clock, &end)
                       : pthread_cond_timedwait(which, &mutex, &end);
  int is_held = pthread_mutex_trylock(&mutex) == EBUSY;
  pthread_mutex_unlock(&mutex);
  return is_held ? name(error) : "mutex not held";
}

static const char *monotonic_condition(void) {
  pthread_condattr_t attributes;
  pthread_cond_t own;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&own, &attributes);
  const char *result = wait_on(&own, CLOCK_MONOTONIC, 0);
  pthread_cond_destroy(&own);
  return result;
}

static const char *await(const char *way) {
  sem_t semaphore;
  struct pollfd none = {.fd = -1};
  struct epoll_event event;
  struct timespec end = in(CLOCK_REALTIME, 3600), mono = in(CLOCK_MONOTONIC, 3600);
  struct timeval time = {3600, 0};
  sigset_t set;
  sigemptyset(&set);
  sem_init(&semaphore, 0, 0);
  if (!strcmp(way, "nanosleep")) return outcome(nanosleep(&hour, NULL));
  if (!strcmp(way, "sleep")) return sleep(3600) == 0 ? "0" : "left";
  if (!strcmp(way, "usleep")) return outcome(usleep(3600000000u));
  if (!strcmp(way, "relative")) return name(clock_nanosleep(CLOCK_BOOTTIME, 0, &hour, NULL));
  if (!strcmp(way, "wall")) return name(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &end, NULL));
  if (!strcmp(way, "mono")) return name(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &mono, NULL));
  if (!strcmp(way, "poll")) return outcome(poll(&none, 1, 3600000));
  if (!strcmp(way, "ppoll")) return outcome(ppoll(&none, 1, &hour, &set));
  if (!strcmp(way, "pselect")) return outcome(pselect(0, NULL, NULL, NULL, &hour, &set));
  if (!strcmp(way, "select")) {
    const char *result = outcome(select(0, NULL, NULL, NULL, &time));
    return time.tv_sec == 0 && time.tv_usec == 0 ? result : "time left";
  }
  if (!strcmp(way, "epoll")) return outcome(epoll_wait(epoll_create1(0), &event, 1, 3600000));
  if (!strcmp(way, "epoll2")) {
    return outcome(epoll_pwait2(epoll_create1(0), &event, 1, &hour, NULL));
  }
  if (!strcmp(way, "sem")) return outcome(sem_timedwait(&semaphore, &end));
  if (!strcmp(way, "semclock")) return outcome(sem_clockwait(&semaphore, CLOCK_MONOTONIC, &mono));
  if (!strcmp(way, "sig")) return outcome(sigtimedwait(&set, NULL, &hour));
  if (!strcmp(way, "cond")) return wait_on(&condition, CLOCK_REALTIME, 0);
  if (!strcmp(way, "condclock")) return wait_on(&condition, CLOCK_MONOTONIC, 1);
  if (!strcmp(way, "condmono")) return monotonic_condition();
  return "unknown";
}

// --- corners that need no time to pass -----------------------------------------------------------

static const char *refusals(void) {
  struct timespec negative = {-1, 0}, wide = {0, 1000000000}, zero = {0, 0}, past = {1, 0};
  struct timespec soon = in(CLOCK_REALTIME, 1);
  soon.tv_nsec = -1;
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  if (nanosleep(&negative, NULL) != -1 || errno != EINVAL) return "negative nanosleep";
  if (nanosleep(&wide, NULL) != -1 || errno != EINVAL) return "wide nanosleep";
  if (nanosleep(&zero, NULL) != 0) return "no nanosleep";
  if (clock_nanosleep(99, 0, &zero, NULL) != EINVAL) return "unknown clock";
  if (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL) != 0) return "past";
  if (ppoll(NULL, 0, &negative, NULL) != -1 || errno != EINVAL) return "negative ppoll";
  if (poll(NULL, 0, 0) != 0) return "no poll";
  if (sem_timedwait(&semaphore, &past) != -1 || errno != ETIMEDOUT) return "past semaphore";
  if (sem_timedwait(&semaphore, &soon) != -1 || errno != EINVAL) return "negative semaphore";
  sem_post(&semaphore);
  if (sem_timedwait(&semaphore, &past) != 0) return "free semaphore";
  pthread_mutex_lock(&mutex);
  int late = pthread_cond_timedwait(&condition, &mutex, &past);
  int odd = pthread_cond_timedwait(&condition, &mutex, &soon);
  pthread_mutex_unlock(&mutex);
  if (late != ETIMEDOUT || odd != EINVAL) return "past condition";
  return "fine";
}

static const char *readings(void) {
  struct timespec one, two, three;
  clock_gettime(CLOCK_MONOTONIC, &one);
  clock_gettime(CLOCK_MONOTONIC_COARSE, &two);
  clock_gettime(CLOCK_MONOTONIC, &three);
  if (one.tv_sec != three.tv_sec || two.tv_nsec - one.tv_nsec != 1000) return "not by 1 us";
  if (three.tv_nsec - two.tv_nsec != 1000) return "not by 1 us again";
  if (timespec_get(&one, TIME_UTC) != TIME_UTC) return "timespec_get";
  if (labs(time(NULL) - one.tv_sec) > 1) return "time";
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &one) != 0) return "processor time";
  return "fine";
}

static void *strike(void *victim) {
  // Until it is in its wait, however long that takes, and as often.
  for (int turn = 0; turn < 100; turn++) {
    poll(NULL, 0, 0);
    sched_yield();
  }
  while (!pthread_kill(*(pthread_t *)victim, SIGUSR1)) {
    // A pause that no clock stops.
    for (int turn = 0; turn < 10000; turn++) sched_yield();
    pthread_testcancel();
  }
  return NULL;
}

static const char *interruptions(void) {
  pthread_t self = pthread_self(), striker;
  struct timespec rest = {0, 0};
  struct timeval time = {3600, 0};
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  // nanosleep, poll and select are interrupted whatever SA_RESTART says (signal(7)).
  handle(SIGUSR1, SA_RESTART);
  pthread_create(&striker, NULL, strike, &self);
  const char *fault = NULL;
  if (nanosleep(&hour, &rest) != -1 || errno != EINTR) fault = "nanosleep";
  if (rest.tv_sec < 3598 || rest.tv_sec > 3600) fault = "what is left";
  if (poll(NULL, 0, 3600000) != -1 || errno != EINTR) fault = "poll";
  if (select(0, NULL, NULL, NULL, &time) != -1 || errno != EINTR) fault = "select";
  if (sleep(3600) < 3599) fault = "sleep";
  handle(SIGUSR1, 0);
  struct timespec end = in(CLOCK_REALTIME, 3600);
  if (sem_timedwait(&semaphore, &end) != -1 || errno != EINTR) fault = "semaphore";
  pthread_cancel(striker);
  pthread_join(striker, NULL);
  return fault ? fault : "fine";
}

static const char *masks(void) {
  sigset_t one, none, before;
  sigemptyset(&none);
  sigemptyset(&one);
  sigaddset(&one, SIGUSR1);
  handle(SIGUSR1, 0);
  pthread_sigmask(SIG_BLOCK, &one, &before);
  raise(SIGUSR1);
  const char *fault = NULL;
  if (ppoll(NULL, 0, &hour, &none) != -1 || errno != EINTR) fault = "ppoll";
  raise(SIGUSR1);
  if (pselect(0, NULL, NULL, NULL, &hour, &none) != -1 || errno != EINTR) fault = "pselect";
  raise(SIGUSR1);
  if (sigtimedwait(&one, NULL, &hour) != SIGUSR1) fault = "sigtimedwait";
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return fault ? fault : "fine";
}

static int turn;

/// Waits, with an end and without, until it is its turn.
static void *take_turns(void *number) {
  int own = (int)(long)number;
  struct timespec end = in(CLOCK_REALTIME, 3600);
  for (int round = 0; round < 5000; round++) {
    pthread_mutex_lock(&mutex);
    while (turn % 4 != own) {
      int error = round % 2 ? pthread_cond_timedwait(&condition, &mutex, &end)
                            : pthread_cond_wait(&condition, &mutex);
      if (error) return "an end that had not come";
    }
    turn++;
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static const char *turns(void) {
  pthread_t threads[4];
  void *fault = NULL;
  for (long i = 0; i < 4; i++) pthread_create(&threads[i], NULL, take_turns, (void *)i);
  for (int i = 0; i < 4 && !fault; i++) pthread_join(threads[i], &fault);
  return fault ? fault : turn % 20000 == 0 ? "fine" : "turns lost";
}

static int released;

static void let_go(void *what) {
  (void)what;
  released = pthread_mutex_trylock(&mutex) == EBUSY;
  pthread_mutex_unlock(&mutex);
}

static void *wait_for_ever(void *way) {
  struct timespec end = in(CLOCK_REALTIME, 3600);
  if (way) {
    nanosleep(&hour, NULL);
    return NULL;
  }
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(let_go, NULL);
  for (;;) pthread_cond_timedwait(&condition, &mutex, &end);
  pthread_cleanup_pop(0);
  return NULL;
}

static const char *cancellations(void) {
  for (int is_sleep = 0; is_sleep < 2; is_sleep++) {
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, wait_for_ever, is_sleep ? &mutex : NULL);
    for (int i = 0; i < 1000; i++) sched_yield();
    pthread_cancel(thread);
    pthread_join(thread, &result);
    if (result != PTHREAD_CANCELED) return "not cancelled";
  }
  return released ? "fine" : "its mutex was not held";
}

static const char *shared(void) {
  struct both {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    int turn;
  } *both = mmap(NULL, sizeof *both, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t own_mutex;
  pthread_condattr_t own_condition;
  pthread_mutexattr_init(&own_mutex);
  pthread_condattr_init(&own_condition);
  pthread_mutexattr_setpshared(&own_mutex, PTHREAD_PROCESS_SHARED);
  pthread_condattr_setpshared(&own_condition, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&both->mutex, &own_mutex);
  pthread_cond_init(&both->condition, &own_condition);
  pid_t child = fork();
  struct timespec end = in(CLOCK_REALTIME, 3600);
  for (int round = 0; round < 1000; round++) {
    pthread_mutex_lock(&both->mutex);
    while (both->turn % 2 != (child == 0)) {
      if (pthread_cond_timedwait(&both->condition, &both->mutex, &end)) _exit(1);
    }
    both->turn++;
    pthread_cond_signal(&both->condition);
    pthread_mutex_unlock(&both->mutex);
  }
  if (child == 0) _exit(0);
  int status;
  waitpid(child, &status, 0);
  return status == 0 && both->turn == 2000 ? "fine" : "turns lost";
}

static const char *check(const char *what) {
  if (!strcmp(what, "refusals")) return refusals();
  if (!strcmp(what, "readings")) return readings();
  if (!strcmp(what, "interruptions")) return interruptions();
  if (!strcmp(what, "masks")) return masks();
  if (!strcmp(what, "turns")) return turns();
  if (!strcmp(what, "cancellations")) return cancellations();
  if (!strcmp(what, "shared")) return shared();
  return "unknown";
}

int main(void) {
  char command[16], what[32];
  setvbuf(stdout, NULL, _IOLBF, 0);
  while (scanf("%15s %31s", command, what) == 2) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    const char *result = !strcmp(command, "wait") ? await(what) : check(what);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%s %ld\n", result, (long)(end.tv_sec - start.tv_sec));
  }
  return 0;
}
