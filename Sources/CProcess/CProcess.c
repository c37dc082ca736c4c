#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int rutile_spawn(const char *executable, const char *argument, int stream, pid_t *process) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, stream, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, stream, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);

    char *arguments[] = {(char *)executable, (char *)argument, NULL};
    // Without the first, Swift's runtime spends seconds on describing a crash that nobody reads.
    char *environment[] = {"SWIFT_BACKTRACE=enable=no", NULL, NULL};
    char *libraries = NULL;
    const char *path = getenv("LD_LIBRARY_PATH");
    if (path != NULL && asprintf(&libraries, "LD_LIBRARY_PATH=%s", path) >= 0) environment[1] = libraries;

    // A file that was just written may still be open for writing in a process that is on its way to another program.
    int error;
    for (int attempt = 0; attempt < 100; ++attempt) {
        error = posix_spawn(process, executable, &actions, NULL, arguments, environment);
        if (error != ETXTBSY) break;
        usleep(10000);
    }
    free(libraries);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

void rutile_restrict(size_t memory) {
    const struct rlimit addresses = {memory, memory};
    setrlimit(RLIMIT_AS, &addresses);
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

static void *end_with_peer(void *stream) {
    struct pollfd end = {.fd = (int)(intptr_t)stream, .events = POLLRDHUP};
    while (poll(&end, 1, -1) < 0 && errno == EINTR) {
    }
    _exit(0);
}

void rutile_end_with_peer(int stream) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, end_with_peer, (void *)(intptr_t)stream) == 0) pthread_detach(thread);
}

int rutile_ending_signal(pid_t process) {
    siginfo_t information;
    // A process closes its streams shortly before it can be waited for.
    for (int attempt = 0; attempt < 50; ++attempt) {
        memset(&information, 0, sizeof information);
        if (waitid(P_PID, (id_t)process, &information, WEXITED | WNOWAIT | WNOHANG) != 0) return 0;
        if (information.si_pid == process) break;
        usleep(2000);
    }
    const int wasKilled = information.si_code == CLD_KILLED || information.si_code == CLD_DUMPED;
    return information.si_pid == process && wasKilled ? information.si_status : 0;
}

void rutile_end(pid_t process) {
    kill(process, SIGKILL);
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {
    }
}

int rutile_synchronize(int file) { return syncfs(file); }

void rutile_begin_writing(int file) { sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE); }

void rutile_return_memory(void) { malloc_trim(0); }

// Lets go of the pages of the program, which comes first, that hold what never changes: they are the file's own.
static int let_go(struct dl_phdr_info *program, size_t size, void *unused) {
    (void)size, (void)unused;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < program->dlpi_phnum; ++index) {
        const ElfW(Phdr) *part = &program->dlpi_phdr[index];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
        const uintptr_t start = (program->dlpi_addr + part->p_vaddr) & ~(page - 1);
        madvise((void *)start, program->dlpi_addr + part->p_vaddr + part->p_memsz - start, MADV_DONTNEED);
    }
    return 1;
}

void rutile_keep_little_memory(void) {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 64 << 10);
    dl_iterate_phdr(let_go, NULL);
}
