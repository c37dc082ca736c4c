#ifndef RUTILE_CPROCESS_H
#define RUTILE_CPROCESS_H

#include <stddef.h>
#include <sys/types.h>

// Calls of the system that Swift's import of its headers lacks.

/// Starts `executable` with the one argument `argument`; standard input and output are `stream`, errors go nowhere, all
/// other files are closed. Returns 0, or an error number.
int rutile_spawn(const char *_Nonnull executable, const char *_Nonnull argument, int stream, pid_t *_Nonnull process);

/// Restricts this process to `memory` bytes of addresses and no core file.
void rutile_restrict(size_t memory);

/// Ends this process, whatever it is doing, when the other side of the socket `stream` is closed.
void rutile_end_with_peer(int stream);

/// The signal that ended a child which was not waited for yet; 0 where none did. Does not wait.
int rutile_ending_signal(pid_t process);

/// Ends a child and waits for its end.
void rutile_end(pid_t process);

/// Waits until all that was written to the file system of an open file or folder is on the medium. Returns 0, or -1
/// with `errno`.
int rutile_synchronize(int file);

/// Lets what was written to a file begin its way to the medium, so that there is less to wait for later. Does not wait.
void rutile_begin_writing(int file);

/// Gives memory that was freed, but is kept for later, back to the system.
void rutile_return_memory(void);

/// From now on memory of 64 KiB or more goes back to the system as soon as it is freed, and threads that begin later
/// make no further store of smaller pieces; what of the program's code only its start needed is no longer resident.
/// For programs that hold a little of much for a moment each.
void rutile_keep_little_memory(void);

#endif
